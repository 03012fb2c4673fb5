// Where each file's columns begin. Every column has one owner; a region starts where the one before it ends.
// Below COLUMNS lie the module's own data (asc's math tables); nothing is allocated after instantiation.
//
//   COLUMNS | distribution | host | behaviour | task | runqueue | counts | twins | resting | schedule | transition

export const COLUMNS: usize = 0x10000;

export const CPU_MAX: u32 = 4096;
export const TASK_MAX: u32 = 65536;
export const CLASS_MAX: u32 = 64;
/** 64 phases a class and the hidden VMM phase of each. */
export const PHASE_MAX: u32 = 64 * 65;
