import { describe, expect, it } from "vitest";
import { Account, type PhaseSpec } from "../../../src/fit/account.js";
import { settleUnderWay } from "../../../src/fit/under-way.js";

const sleep = (name: string, call: string | null, stack: string[] | null): PhaseSpec => ({
  name,
  mode: "sleep",
  wait: "interruptible",
  halt: false,
  call,
  stack,
});

/** Three short sleeps on one stack, one long on another, both of `read`. */
function readers() {
  const account = new Account();
  const short = account.phase(sleep("read-sleep", "read", ["pipe_read"]));
  const long = account.phase(sleep("read-sleep", "read", ["sock_read"]));
  const user = account.phase({ ...sleep("user", null, null), mode: "user", wait: null });
  for (const length of [100, 200, 300]) short.lengths.add(length, true, true);
  long.lengths.add(100_000, true, true);
  return { account, short, long, user };
}

describe("A sleep that was under way when the recording began", () => {
  it("Always: is of the kinds that last so long, in proportion to how many do", () => {
    const { account, short, long, user } = readers();
    const vague = account.phase(sleep("read-sleep", "read", null));
    vague.lengths.add(150, false, true);
    vague.lengths.add(50_000, false, true);
    vague.follow(user, 2);
    settleUnderWay(account);
    expect([...account.phases.values()]).not.toContain(vague);
    expect(short.lengths.cutAtStart.n).toBeCloseTo(2 / 3);
    expect(long.lengths.cutAtStart.n).toBeCloseTo(1 + 1 / 3);
    expect(short.next.get(user)).toBeCloseTo(2 / 3);
    expect(long.next.get(user)).toBeCloseTo(4 / 3);
  });

  it("Always: longer than all that was seen, is of the kind that lasts longest", () => {
    const { account, short, long } = readers();
    account.phase(sleep("read-sleep", "read", null)).lengths.add(1e9, false, false);
    settleUnderWay(account);
    expect([short.lengths.throughout.n, long.lengths.throughout.n]).toEqual([0, 1]);
  });

  it("Always: of an unknown call can be a sleep of any; of a known one that was not seen to begin, of none", () => {
    const { account, short, long } = readers();
    account.phase(sleep("sleep", null, null)).lengths.add(150, false, true);
    const other = account.phase(sleep("nanosleep-sleep", "nanosleep", null));
    other.lengths.add(150, false, true);
    settleUnderWay(account);
    expect(short.lengths.cutAtStart.n + long.lengths.cutAtStart.n).toBeCloseTo(1);
    expect([...account.phases.values()]).toContain(other);
  });

  it("Never: is taken for another where sleeps without a stack were seen to begin", () => {
    const { account, short } = readers();
    const plain = account.phase(sleep("read-sleep", "read", null));
    plain.lengths.add(120, true, true);
    plain.lengths.add(150, false, true);
    settleUnderWay(account);
    expect([plain.lengths.n, short.lengths.n]).toEqual([2, 3]);
  });
});
