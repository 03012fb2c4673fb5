// klpsim as a library.

export * from "./library.js";
export { ElfError } from "./patch/elf.js";
export { type KernelFunction, type LivepatchModule, type PatchTable, readLivepatch } from "./patch/livepatch.js";
