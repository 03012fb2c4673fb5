import type { Plugin } from "vite";

export function noteBundled(note: string): Plugin;
