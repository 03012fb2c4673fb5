import { describe, expect, it } from "vitest";
import { archOfMachine, callOfFunction, systemCall } from "../../../src/fit/system-calls.js";

describe("system calls", () => {
  it("are named by the numbers of the architecture; those since 424 by the same on all", () => {
    const calls = (["x86-64", "aarch64", "arm"] as const).map((arch) =>
      [0, 16, 63, 202, 240, 322, 425, 469].map(systemCall(arch)),
    );
    expect(calls).toEqual([
      ["read", "ioctl", "uname", "futex", "mq_open", "execveat", "io_uring_setup", "file_setattr"],
      ["io_setup", "fremovexattr", "read", "accept", "rt_tgsigqueueinfo", "nr-322", "io_uring_setup", "file_setattr"],
      ["restart_syscall", "lchown", "dup2", "getegid32", "futex", "openat", "io_uring_setup", "file_setattr"],
    ]);
  });

  it("a number that has no name keeps its number", () => {
    expect([400, 500, 547].map(systemCall("x86-64"))).toEqual(["nr-400", "nr-500", "nr-547"]);
  });

  it("kernel functions and machines are told by the names they go by", () => {
    expect(["newstat", "read"].map(callOfFunction)).toEqual(["stat", "read"]);
    expect(["x86_64", "aarch64", "riscv64", "armv7l", "s390x"].map(archOfMachine)).toEqual([
      "x86-64",
      "aarch64",
      "aarch64",
      "arm",
      null,
    ]);
  });
});
