// Which frames of a mixed stack are the kernel's.

/** Where the kernel is entered: what is further out is the program's. */
const ENTRY = /^(?:entry_|ret_from_fork|el0_|do_el0_|ret_fast_syscall|ret_to_user|__switch_to_asm|system_call)/;

/** Frames innermost first, up to where the kernel was entered, without offsets (`+0x1f`) and marks (`_[k]`). */
export function kernelPart(frames: readonly string[]): string[] {
  const names = frames.map((frame) => frame.replace(/\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?|_?\[k(?:ernel)?\]$/g, "").trim());
  const entry = names.findIndex((name) => ENTRY.test(name));
  return entry < 0 ? names : names.slice(0, entry + 1);
}
