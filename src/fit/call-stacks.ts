// What a system call's name alone says: which kernel functions are on the stack of every task inside it, and what a signal
// that has no handler does to it.

import type { ObservedPhase } from "./observed.js";

/**
 * Functions that every task in the call holds on x86-64, innermost first: SYSCALL_DEFINEn() makes the first three of a call's name
 * (arch/x86/include/asm/syscall_wrapper.h, Linux 4.17 to 6.18; a compiler may merge them, and then nobody can patch the merged one by
 * itself), do_syscall_64() calls them (arch/x86/entry/common.c, arch/x86/entry/syscall_64.c from 6.16 on).
 */
export function entryStack(call: string): string[] {
  const name = CALL_NAME.exec(call)?.[0];
  if (name === undefined) return [];
  return [...DEFINED.map((prefix) => `${prefix}${KERNEL_NAMES[name] ?? name}`), "do_syscall_64"];
}

const CALL_NAME = /^(?!nr-)[a-z_][a-z0-9_]{0,60}$/;
const DEFINED = ["__do_sys_", "__se_sys_", "__x64_sys_"];
/** Calls whose function in the kernel has another name than in user space (arch/x86/entry/syscalls/syscall_64.tbl). */
const KERNEL_NAMES: Record<string, string> = {
  stat: "newstat",
  fstat: "newfstat",
  lstat: "newlstat",
  uname: "newuname",
  sendfile: "sendfile64",
  umount2: "umount",
};

/** What every kthread holds: kthread() calls what it was made for (kernel/kthread.c). */
const KTHREAD_STACK = ["kthread"];

/** Functions on the phase's kernel stack that are known: those that the trace shows, and those that cannot but be there. */
export function stackOf({ mode, call, stack }: ObservedPhase, kind: "user" | "vcpu" | "kthread"): string[] {
  if (mode === "user") return [];
  const always = kind === "kthread" ? KTHREAD_STACK : call === null ? [] : entryStack(call);
  return [...new Set([...(stack ?? []).flatMap(functionName), ...always])];
}

const FUNCTION = /^[A-Za-z_][A-Za-z0-9_.]{0,127}/;

/** Without offset and module, as `vfs_read+0x9a` has them. */
function functionName(shown: string): string[] {
  return FUNCTION.exec(shown) ?? [];
}

/** Calls that return -EINTR to the program when a signal without a handler ends them; others are restarted (KF 3.4). */
const EINTR = [
  "epoll_wait",
  "epoll_pwait",
  "epoll_pwait2",
  "semop",
  "semtimedop",
  "io_getevents",
  "io_pgetevents",
  "rt_sigtimedwait",
];
/** It runs task work and waits on. */
const ABSORB = ["io_uring_enter"];

/** Of an interruptible sleep. */
export function onSignalOf(call: string | null): "restart" | "eintr" | "absorb" {
  if (call !== null && EINTR.includes(call)) return "eintr";
  return call !== null && ABSORB.includes(call) ? "absorb" : "restart";
}
