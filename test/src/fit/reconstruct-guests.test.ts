import { describe, expect, it } from "vitest";
import { Story } from "./story.js";

const V = 20;
const OTHER = 30;

class VcpuStory extends Story {
  entry(at: number, pid = V): this {
    return this.tell(at, 0, pid, { type: "guest-entry", vcpu: 0 });
  }

  out(at: number, reason: string, pid = V): this {
    return this.tell(at, 0, pid, { type: "guest-exit", vcpu: 0, reason });
  }
}

const exits = (story: VcpuStory) => {
  const guest = [...story.seen().account(V).phases.values()].find(({ spec }) => spec.name === "guest")!;
  return Object.fromEntries(guest.exits ?? []);
};

describe("A vCPU thread", () => {
  /** KVM_RUN: two exits that the kernel handles, a preemption, and one that the VMM handles. */
  const run = () =>
    new VcpuStory()
      .to(0, 0, 0, "running", V)
      .enter(5, 0, V, "ioctl")
      .entry(7)
      .out(20, "EPT_VIOLATION")
      .entry(24)
      .out(30, "EXTERNAL_INTERRUPT")
      .to(31, 0, V, "running", OTHER)
      .to(51, 0, OTHER, "interruptible", V)
      .entry(53)
      .out(60, "IO_INSTRUCTION")
      .exit(62, 0, V, "ioctl")
      .enter(70, 0, V, "ioctl")
      .entry(71);

  it("Always: is in the guest from an entry until it leaves to user space, short exits included, preemption not", () => {
    const seen = run().seen();
    expect(seen.recording.lots.find(({ pid }) => pid === V)!.kind).toBe("vcpu");
    expect(seen.phases(V)).toEqual({ user: { whole: [8], cutAtStart: [5] }, guest: { whole: [37], cutAtEnd: [1] } });
    expect(seen.runnable(V)).toEqual({ whole: [20] });
  });

  it("Always: has its exits counted by reason, but for that which it left by", () => {
    expect(exits(run())).toEqual({ EPT_VIOLATION: 1, EXTERNAL_INTERRUPT: 1 });
  });

  it("Always: halts from a HLT exit until the guest is entered again, polling included, the wait for a CPU not", () => {
    const seen = new VcpuStory()
      .to(0, 0, 0, "running", V)
      .enter(1, 0, V, "ioctl")
      .entry(2)
      .out(10, "HLT")
      .to(15, 0, V, "interruptible", OTHER) // polled for 5
      .wake(45, 0, OTHER, V)
      .to(48, 0, OTHER, "running", V)
      .entry(50)
      .out(60, "HLT")
      .entry(63) // was woken while it polled
      .out(70, "HLT")
      .seen();
    expect(seen.phases(V)).toEqual({
      user: { cutAtStart: [1] },
      guest: { whole: [7, 9, 10] },
      halt: { whole: [3, 37] },
    });
    expect(seen.flow(V)).toEqual({ "user > guest": 1, "guest > halt": 3, "halt > guest": 2 });
  });

  it("Always: that enters KVM_RUN still halted halts", () => {
    const seen = new VcpuStory()
      .to(0, 0, 0, "running", V)
      .enter(1, 0, V, "ioctl")
      .entry(2)
      .out(10, "HLT")
      .to(11, 0, V, "interruptible", 0)
      .wake(20, 0, 0, V) // a signal
      .to(20, 0, 0, "running", V)
      .exit(21, 0, V, "ioctl", -4)
      .enter(30, 0, V, "ioctl")
      .to(32, 0, V, "interruptible", 0)
      .wake(60, 0, 0, V)
      .to(60, 0, 0, "running", V)
      .entry(61)
      .seen();
    expect(seen.phases(V)).toEqual({
      user: { cutAtStart: [1], whole: [9] },
      guest: { whole: [9] },
      halt: { whole: [11, 31] },
    });
    const halt = [...seen.account(V).phases.values()].find(({ spec }) => spec.name === "halt")!;
    expect(halt.interrupted).toBe(1);
  });

  it("Always: that sleeps uninterruptibly in KVM_RUN, as for a page, does not halt", () => {
    const seen = new VcpuStory()
      .to(0, 0, 0, "running", V)
      .enter(1, 0, V, "ioctl")
      .entry(2)
      .out(10, "EPT_VIOLATION")
      .to(12, 0, V, "uninterruptible", 0)
      .wake(30, 0, 0, V)
      .to(30, 0, 0, "running", V)
      .entry(33)
      .out(40, "HLT")
      .seen();
    expect(seen.phases(V)).toMatchObject({
      guest: { whole: [10, 11] },
      "guest-sleep-uninterruptible": { whole: [18] },
    });
  });

  it("Always: that never leaves the guest is in it throughout", () => {
    const story = new VcpuStory().to(0, 1, 0, "running", OTHER);
    for (let at = 10; at < 100; at += 10) story.out(at, "EXTERNAL_INTERRUPT").entry(at + 1);
    const seen = story.to(100, 1, OTHER, "running", 0).seen();
    expect(seen.phases(V)).toEqual({ guest: { throughout: [100] } });
    expect(exits(story)).toEqual({ EXTERNAL_INTERRUPT: 9 });
  });

  it("Always: was halted since the recording began if it was asleep when it is first seen to enter the guest", () => {
    const seen = new VcpuStory()
      .to(0, 0, 0, "running", OTHER)
      .wake(40, 0, OTHER, V)
      .to(45, 0, OTHER, "running", V)
      .entry(46)
      .out(60, "HLT")
      .seen();
    expect(seen.phases(V)).toMatchObject({ halt: { cutAtStart: [40] }, guest: { whole: [15] } });
  });

  it("Always: is known by the stack of a halt, though it never enters the guest", () => {
    const seen = new Story()
      .to(0, 0, 0, "running", V)
      .enter(1, 0, V, "ioctl")
      .to(1, 0, V, "interruptible", 0)
      .tell(1, 0, V, { type: "stack", functions: ["schedule", "kvm_vcpu_block", "kvm_vcpu_halt", "vcpu_run"] })
      .to(90, 0, 0, "running", OTHER)
      .seen();
    expect(seen.recording.lots.find(({ pid }) => pid === V)!.kind).toBe("vcpu");
    expect(seen.phases(V)).toEqual({ user: { cutAtStart: [1] }, halt: { cutAtEnd: [89] } });
  });

  it("Always: works in the kernel, not in the guest, where KVM_RUN takes over 20 us after the last exit", () => {
    const seen = new VcpuStory()
      .to(0, 0, 0, "running", V)
      .enter(1, 0, V, "ioctl")
      .entry(3)
      .out(10, "IO_INSTRUCTION")
      .exit(30_010, 0, V, "ioctl")
      .enter(30_020, 0, V, "ioctl")
      .seen();
    expect(seen.phases(V)).toMatchObject({ guest: { whole: [9] }, user: { whole: [10] } });
    expect(seen.flow(V)).toMatchObject({ "guest > ioctl-rest": 1, "ioctl-rest > user": 1 });
    expect(
      seen.account(V).phases.get([...seen.account(V).phases.keys()].find((key) => key.includes("rest"))!)!.lengths.seen,
    ).toBe(30_000);
  });
});
