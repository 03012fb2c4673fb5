// Thread flags under the kernel's names (arch/x86/include/asm/thread_info.h, 6.1; RESCHED_LAZY from 6.13).
// Bits are ours: the simulator only needs them distinct.

export const TIF_PATCH_PENDING: u32 = 1;
export const TIF_NOTIFY_SIGNAL: u32 = 2;
export const TIF_SIGPENDING: u32 = 4;
export const TIF_NEED_RESCHED: u32 = 8;
export const TIF_NEED_RESCHED_LAZY: u32 = 16;
export const TIF_NOTIFY_RESUME: u32 = 32;

/** signal_pending(): true for either flag (include/linux/sched/signal.h, 5.11+). */
export const SIGNALS: u32 = TIF_NOTIFY_SIGNAL | TIF_SIGPENDING;
export const RESCHED: u32 = TIF_NEED_RESCHED | TIF_NEED_RESCHED_LAZY;
/** All work that the exit-to-user loop looks for. */
export const EXIT_WORK: u32 = SIGNALS | RESCHED | TIF_PATCH_PENDING | TIF_NOTIFY_RESUME;
