// What the whole page knows, as signals. A part of the page reads what it shows and writes only what it is for.

import { computed, signal } from "@preact/signals";
import type { CheckedScenario, RunView } from "./protocol.js";
import type { ReplayView } from "./replay/view.js";

export const TABS = ["run", "replay", "litmus", "experiments", "files"] as const;
export type Tab = (typeof TABS)[number];

/** The scenario's text: the one truth that form, editor, link and runs share. */
export const yaml = signal("");
/** Of `yaml`; null until the thread has answered. Written by scenario/. */
export const checked = signal<CheckedScenario | null>(null);
export const tab = signal<Tab>("run");
/** The run that is shown, going on or done. Written by run/ and files/. */
export const run = signal<RunView | null>(null);
/** Policies that are not drawn. */
export const hidden = signal<ReadonlySet<string>>(new Set());
/** Which replica the replay tab shows; null: none chosen yet. */
export const replayed = signal<{ policy: string; replica: number } | null>(null);
/** What the replay tab shows. Written by replay/, and by files/ for a replay that was saved. */
export const replay = signal<ReplayView | null>(null);

export const isRunnable = computed(() => checked.value !== null && checked.value.problems.length === 0);
