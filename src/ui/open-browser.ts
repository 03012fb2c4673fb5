// Shows an address in the user's browser, where there is a screen to show it on.

import { spawn } from "node:child_process";

/** Each takes the address as its only argument; no shell is in between. */
const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: "open", win32: "explorer.exe" };

export function hasDisplay(platform = process.platform, env: NodeJS.ProcessEnv = process.env): boolean {
  if (platform === "win32") return true;
  if (platform === "darwin") return !env.SSH_CONNECTION;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** One that cannot be started is no error: the address stands on stdout. */
export function openBrowser(url: string): void {
  const opener = spawn(OPENERS[process.platform] ?? "xdg-open", [url], { stdio: "ignore", detached: true });
  opener.on("error", () => {});
  opener.unref();
}
