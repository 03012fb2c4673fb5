// Stories of sc and tso: what each shape can end in, by which steps, and what goes wrong in words.

import { beforeAll, describe, expect, it } from "vitest";
import { explore, witness } from "../../../src/litmus/explorer.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import type { MemoryModel, Operation, Program, WitnessStep } from "../../../src/litmus/program.js";
import { MemoryBoundError } from "../../../src/litmus/states.js";
import {
  begin,
  binary,
  constant,
  end,
  equal,
  inMemory,
  location,
  lock,
  mb,
  program,
  read,
  reg,
  register,
  rmw,
  synchronize,
  unlock,
  wait,
  write,
} from "../../litmus/builder.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileLitmus("debug");
});

const ends = (one: Program, model: MemoryModel) =>
  explore(module, one, model).finals.map(
    ({ values, blocked }) => values.join() + (blocked ? ` blocked ${blocked}` : ""),
  );

const [x, y] = [0, 1];
const r0 = 0;

function storeBuffering(between: Operation[]): Program {
  const cpu = (mine: number, other: number) => [write(mine, 1), ...between, read(r0, other)];
  return program("SB", 3, [cpu(x, y), cpu(y, x)], [register(0, r0), register(1, r0)]);
}

describe("store buffering", () => {
  it("Never: under sc both CPUs read 0", () => {
    expect(ends(storeBuffering([]), "sc")).toEqual(["0,1", "1,0", "1,1"]);
  });

  it("Sometimes: under tso both read 0, for loads do not wait for stores", () => {
    expect(ends(storeBuffering([]), "tso")).toContain("0,0");
  });

  it.each<[string, Operation]>([
    ["smp_mb()", mb],
    ["an exchange", rmw("xchg", null, 2, 1)],
    ["a cmpxchg that fails, which is a locked instruction all the same", rmw("cmpxchg", 1, 2, 7, 5)],
  ])("Never: under tso both read 0 with %s between", (_, between) => {
    expect(ends(storeBuffering([between]), "tso")).not.toContain("0,0");
  });

  it.each<[string, Operation]>([
    ["smp_wmb()", { op: "fence", fence: "wmb" }],
    ["smp_rmb()", { op: "fence", fence: "rmb" }],
    ["smp_mb__before_atomic() alone", { op: "fence", fence: "before_atomic" }],
    ["an add_unless that need not add, which only reads", rmw("add_unless", 1, 2, 1, 0)],
  ])("Sometimes: under tso both read 0 with %s between", (_, between) => {
    expect(ends(storeBuffering([between]), "tso")).toContain("0,0");
  });

  it("Sometimes: under tso both read 0 where each fails to take a lock, which only reads", () => {
    const failing: Operation = { op: "trylock", register: 1, address: constant(0x40000002) };
    const one = storeBuffering([failing]);
    one.locations[2]!.initial = 1;
    expect(ends(one, "tso")).toContain("0,0");
  });
});

describe("other shapes under tso", () => {
  it("Never: a message passed is read before what it announces", () => {
    const one = program(
      "MP",
      2,
      [
        [write(x, 1), write(y, 1)],
        [read(0, y), read(1, x)],
      ],
      [register(1, 0), register(1, 1)],
    );
    expect(ends(one, "tso")).toEqual(["0,0", "0,1", "1,1"]);
  });

  it("Never: readers see two writes in different orders", () => {
    const one = program(
      "IRIW",
      2,
      [[write(x, 1)], [write(y, 1)], [read(0, x), read(1, y)], [read(0, y), read(1, x)]],
      [register(2, 0), register(2, 1), register(3, 0), register(3, 1)],
    );
    expect(ends(one, "tso")).not.toContain("1,0,1,0");
  });

  it("Always: a CPU reads its own store before anybody else does", () => {
    const one = program("forwarding", 1, [[write(x, 1), read(0, x)], [read(0, x)]], [register(0, 0), register(1, 0)]);
    expect(ends(one, "tso")).toEqual(["1,0", "1,1"]);
  });
});

describe("waiting", () => {
  it("Always: who takes a lock that nobody releases is blocked at the end", () => {
    const one = program("lock", 1, [[lock(x)], [lock(x)]], [location(x)]);
    expect(ends(one, "tso")).toEqual(["1 blocked 1", "1 blocked 2"]);
  });

  it("Always: a CPU that waits for a store of its own goes on", () => {
    const one = program("wait", 1, [[write(x, 1), wait(0, x, 1)]], [register(0, 0)]);
    expect(ends(one, "tso")).toEqual(["1"]);
  });

  it("Always: locks exclude", () => {
    const add = [
      lock(x),
      read(0, y),
      { ...write(y, 0), value: binary(reg(0), "+", constant(1)) } as Operation,
      unlock(x),
    ];
    expect(ends(program("lock", 2, [add, add], [location(y)]), "tso")).toEqual(["2"]);
  });
});

describe("grace periods", () => {
  const writer = (between: Operation[]) => [write(x, 0), ...between, write(y, 1)];
  const reader = [begin, read(0, x), read(1, y), end];
  const seen = [register(1, 0), register(1, 1)];

  it.each(["sc", "tso"] as const)(
    "Never: under %s a section sees what comes before a grace period undone, and after",
    (model) => {
      const one = (between: Operation[]) => program("RCU", 2, [writer(between), reader], seen, { initial: [1, 0] });
      expect(ends(one([synchronize]), model)).toEqual(["0,0", "0,1", "1,0"]);
      expect(ends(one([]), model)).toContain("1,1");
    },
  );

  it("Never: under tso a store of a section is still unseen after the grace period that waited for it", () => {
    const one = program(
      "drain",
      2,
      [
        [write(y, 1), synchronize, read(0, x)],
        [begin, read(0, y), write(x, 1), end],
      ],
      [register(0, 0), register(1, 0)],
    );
    expect(ends(one, "tso")).toEqual(["0,1", "1,0", "1,1"]);
  });

  it("Always: two that wait for each other's section wait for ever, unless one came first", () => {
    const cpu = [begin, synchronize, end];
    expect(ends(program("both", 1, [cpu, cpu], []), "sc")).toEqual(["", " blocked 3"]);
  });
});

describe("witnesses", () => {
  const told = (steps: WitnessStep[]) =>
    steps.map(({ cpu, instruction, kind, value }) => `${cpu}:${instruction} ${kind} ${value}`).join("; ");

  it("Always: a store that leaves its buffer is a step of its own, and CPUs change as seldom as may be", () => {
    const steps = witness(module, storeBuffering([]), "tso", ({ values }) => values.join() === "0,0");
    expect(told(steps)).toBe("0:0 execute 1; 0:1 execute 0; 1:0 execute 1; 1:1 execute 0; 1:0 flush 1; 0:0 flush 1");
  });

  it("Always: fences stand where they are passed", () => {
    const one = program("mb", 2, [[write(x, 1), mb, read(0, y)]], []);
    expect(told(witness(module, one, "tso", () => true))).toBe(
      "0:0 execute 1; 0:0 flush 1; 0:1 execute null; 0:2 execute 0",
    );
  });

  it("Always: what no final state is accepted for is said", () => {
    expect(() => witness(module, storeBuffering([mb]), "tso", ({ values }) => values.join() === "0,0")).toThrow(
      "SB: no final state is accepted",
    );
  });
});

describe("cycles", () => {
  // KF L12: the helper clears N and enters the guest again; T stays.
  const [T, N] = [0, 1];
  const kick: Operation[] = [write(N, 1), { op: "jump", target: 0 }];
  const helper = (leave: Operation[]): Operation[] => [wait(0, N, 1), write(N, 0), ...leave, { op: "jump", target: 0 }];
  const pending = binary(inMemory(T), "==", constant(1));
  const kicked = (leave: Operation[]) =>
    program("L12", 2, [kick, helper(leave)], [], { initial: [1, 0], cycle: pending });

  it.each(["sc", "tso"] as const)("Sometimes: under %s a vCPU is kicked for ever and stays pending", (model) => {
    expect(explore(module, kicked([]), model).cycles).toBe(true);
    const steps = witness(module, kicked([]), model, () => true);
    const round = steps.slice(steps.findIndex(({ cycleStarts }) => cycleStarts));
    expect(new Set(round.map(({ cpu }) => cpu))).toEqual(new Set([0, 1]));
  });

  it.each(["sc", "tso"] as const)("Never: under %s, if the way out updates it", (model) => {
    expect(explore(module, kicked([write(T, 0)]), model).cycles).toBe(false);
  });

  it("Never: a CPU could go on all the time and never does", () => {
    const one = program("unfair", 2, [[write(T, 0)], [write(N, 1), { op: "jump", target: 0 }]], [], {
      initial: [1, 0],
      cycle: pending,
    });
    expect(explore(module, one, "sc").cycles).toBe(false);
    expect(explore(module, one, "tso").cycles).toBe(false);
  });
});

describe("limits, in words", () => {
  const big = program(
    "big",
    4,
    [0, 1, 2, 3].map((mine) => [0, 1, 2].flatMap((n) => [write(mine, n + 1), read(n, (mine + 1) % 4)])),
    [],
  );

  it("Always: states beyond the bound are an error that says how many there were, and what to do", () => {
    const run = () => explore(module, big, "sc", { memory: 4 * 2 ** 20 });
    expect(run).toThrow(MemoryBoundError);
    expect(run).toThrow(
      /^big: \d+ states and what is noted of them fill 4 MiB.*raise the bound, or make the test smaller/,
    );
  });

  it("Always: what fits a bound is explored within it", () => {
    expect(explore(module, storeBuffering([]), "tso", { memory: 2 ** 16 }).finals).toHaveLength(4);
  });

  it("Always: a pointer that points nowhere is an error that names the place", () => {
    const load: Operation = { op: "load", register: 1, address: reg(0), order: "once" };
    const one = program("pointer", 1, [[read(0, x), load]], []);
    expect(() => explore(module, one, "sc")).toThrow(
      'pointer:2:1: P0 can come to "load" with a pointer that is no location\'s address',
    );
  });

  it("Always: numbers beyond a byte are explored as well", () => {
    const one = program("wide", 1, [[rmw("add", 0, x, 2 ** 30)], [rmw("add", 0, x, 2 ** 30)]], [location(x)]);
    expect(ends(one, "sc")).toEqual([String(-(2 ** 31))]);
  });

  it("Always: a path whose assumption fails does not count", () => {
    const one = program(
      "assume",
      1,
      [[read(0, x), { op: "assume", condition: equal(0, 1) }], [write(x, 1)]],
      [register(0, 0)],
    );
    expect(ends(one, "tso")).toEqual(["1"]);
  });
});
