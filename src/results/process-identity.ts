// Which process this is, for others to tell whether it still lives, though its number may be another's by then.

import { readFileSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessIdentity {
  host: string;
  pid: number;
  /** When it began, in clock ticks after the boot; null where the system does not say. */
  started: string | null;
  /** Which boot of the host; null where the system does not say. */
  boot: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid), boot: bootId() };
}

/** Whether it is a process of this host that has ended. Of another host nothing is known. */
export function hasEnded({ host, pid, started, boot }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  if (boot !== null && boot !== bootId()) return true;
  return !isAlive(pid) || (started !== null && started !== startOf(pid));
}

/** Whether this host has a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const START_FIELD = 22; // proc_pid_stat(5): starttime

function startOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`);
  // Field 2 is a name in parentheses, which may hold anything.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD - 3] ?? null;
}

function bootId(): string | null {
  return textOf("/proc/sys/kernel/random/boot_id")?.trim() ?? null;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
