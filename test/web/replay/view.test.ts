// A replay as the page draws it, against the events that it is made of.

import { beforeAll, describe, expect, it } from "vitest";
import { type Replay, replay } from "../../../src/index.js";
import { leftOf } from "../../../src/replay/lanes.js";
import { panned, ticksOf, zoomed } from "../../../web/src/replay/camera.js";
import { packReplay } from "../../../web/src/replay/pack.js";
import { countAt, doingAt, reasonIn, standing } from "../../../web/src/replay/read.js";
import { openAtFirst, rowsOf } from "../../../web/src/replay/rows.js";
import type { ReplayView } from "../../../web/src/replay/view.js";

const SCENARIO = `
host: { cpus: 4 }
workload:
  vcpu: { kind: vcpu, count: 4, cpus: one-each, behaviour: busy-guest }
  agent: { kind: user, count: 6, behaviour: poll-loop }
patch: { functions: [pipe_read] }
policies: [linux-5.19]
`;

describe("A replay's view", () => {
  let told: Replay;
  let view: ReplayView;
  beforeAll(async () => {
    told = await replay({ scenario: SCENARIO, replica: 1 });
    view = packReplay(told, 7);
  });

  it("has each try with all its stragglers", () => {
    const tries = told.events.flatMap((event) => (event.type === "try" ? [event.number] : []));
    expect(view.tries.map(({ number }) => number)).toEqual(tries);
    let current = -1;
    for (const event of told.events) {
      if (event.type === "try") current++;
      if (event.type !== "straggler") continue;
      expect(reasonIn(view, view.tries[current]!, event.task)).toMatch(/^(running|asleep|waiting|its stack|pipe_read)/);
    }
  });

  it("shows nobody as pending after the switch, and everybody before", () => {
    for (const event of told.events) {
      if (event.type !== "switch") continue;
      expect(doingAt(view, event.task, event.at)).toMatchObject({ switched: true, pending: false });
      if (event.at > 0)
        expect(doingAt(view, event.task, event.at - 1)).toMatchObject({ switched: false, pending: true });
      expect(standing(view, event.task, view.end)).toContain(`by ${event.mechanism}`);
    }
  });

  it("counts who is left as klpsim's own timeline does, in all and by group", () => {
    for (const { at, count } of leftOf(told)) expect(countAt(view.left, at)).toBe(count);
    const last = view.groups.map(({ left }) => countAt(left, view.end));
    expect(last).toEqual(view.groups.map(() => 0));
  });

  it("has a row for each group, and for the lanes of those that are open", () => {
    const all = new Set(view.groups.map(({ name }) => name));
    expect(rowsOf(view, new Set())).toHaveLength(view.groups.length);
    expect(rowsOf(view, all)).toHaveLength(view.groups.length + told.tasks.length + told.cpus.length);
    expect([...openAtFirst(view)]).toContain("vcpu");
  });
});

describe("A view over time", () => {
  it("stays within its ends, and keeps what is pointed at where it is", () => {
    const closer = zoomed({ from: 0, to: 1000 }, 0.5, 200, 1000);
    expect(closer).toEqual({ from: 100, to: 600 });
    expect(zoomed(closer, 100, 300, 1000)).toEqual({ from: 0, to: 1000 });
    expect(panned(closer, -1e9, 1000)).toEqual({ from: 0, to: 500 });
    expect(panned(closer, 1e9, 1000)).toEqual({ from: 500, to: 1000 });
  });

  it("has round times on its axis", () => {
    expect(ticksOf({ from: 0, to: 1000 }, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
  });
});
