// How the kernel chases stragglers, as masks and switches (design 3.6). The engine tests these and never asks which policy it runs.

export const SIGNAL_NONE: u32 = 0;
export const SIGNAL_ADMIN: u32 = 1;
export const SIGNAL_AUTO: u32 = 2;

export const ROUND_JIFFIES: u32 = 0;
export const WHOLE_JIFFIES: u32 = 1;
export const EXACT: u32 = 2;

export const HOOK_NONE: u32 = 0;
export const HOOK_KEY: u32 = 1;
export const HOOK_CALLS: u32 = 2;

export let signalSource: u32 = SIGNAL_AUTO;
export let signalFlag: u32 = 0;
export let signalEveryTries: u32 = 15;
export let tryPeriod: i64 = 1000000;
export let rounding: u32 = ROUND_JIFFIES;
export let lateness: bool = true;
export let wakeKthreads: bool = true;
/** Flags looked at before guest entry; RESCHED_LAZY goes with RESCHED. */
export let guestMask: u32 = 0;
export let guestLeaves: u32 = 0;
export let guestEats: u32 = 0;
export let guestUpdates: u32 = 0;
export let updateBeforeSignal: bool = true;
export let wakeIdle: bool = true;
export let condResched: bool = false;
export let scheduleHook: bool = false;
export let forkFixed: bool = true;
export let vhostIsUser: bool = false;
export let hookPatching: u32 = HOOK_NONE;
export let taskWork: bool = false;
export let syncIsRcu: bool = false;
export let remote: bool = false;
/** How long after its look the switch is done, in ticks; 0: with it. */
export let remoteWindow: f64 = 0;
