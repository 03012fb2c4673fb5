// The replay tab: one transition in full.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { duration, whole } from "../../../src/report/format.js";
import { replay } from "../state.js";
import { useNextTask } from "../tasks.js";
import { Account } from "./account.js";
import { revealing } from "./camera.js";
import { Choose } from "./choose.js";
import { startFollowing } from "./follow.js";
import { openAtFirst, rowsOf } from "./rows.js";
import { SaveReplay } from "./save.js";
import { type Looking, Timeline } from "./timeline.js";
import { Tries } from "./tries.js";
import type { ReplayView, TryView } from "./view.js";
import "./replay.css";

export function ReplayTab() {
  useEffect(startFollowing, []);
  const view = replay.value;
  return (
    <div class="replay">
      <Choose />
      {view !== null && <Shown key={view.key} view={view} />}
    </div>
  );
}

function Shown({ view }: { view: ReplayView }) {
  const looking: Looking = {
    camera: useSignal({ from: 0, to: view.end }),
    open: useSignal<ReadonlySet<string>>(useMemo(() => openAtFirst(view), [view])),
    row: useSignal(useMemo(() => firstLane(view), [view])),
    at: useSignal(0),
    tryNumber: useSignal<number | null>(view.tries[0]?.number ?? null),
  };
  const goToTime = (at: number) => {
    looking.at.value = at;
    looking.camera.value = revealing(looking.camera.peek(), at, view.end);
  };
  const goTo = ({ number, at }: TryView) => {
    looking.tryNumber.value = number;
    goToTime(at);
  };
  const step = (by: number) => {
    const place = view.tries.findIndex(({ number }) => number === looking.tryNumber.peek());
    const one = view.tries[Math.max(0, place + by)];
    if (one !== undefined) goTo(one);
  };
  const show = (lane: number) => {
    const group = view.groups.find(({ lanes }) => lanes.includes(lane));
    if (group === undefined) return;
    looking.open.value = new Set([...looking.open.peek(), group.name]);
    const rows = rowsOf(view, looking.open.peek());
    looking.row.value = rows.findIndex((row) => row.kind === "lane" && row.lane === lane);
    document.querySelector<HTMLElement>(".timeline-names")?.focus();
    document.querySelector<HTMLElement>(".timeline-names")?.scrollTo({ top: looking.row.peek() * 20 - 80 });
  };
  const isDrawn = useNextTask(true);
  return (
    <>
      <h2 class="replay-title">
        {view.scenario.name}, {view.policy}, replica {whole(view.replica)}
      </h2>
      <p class="replay-outcome">{outcome(view)}</p>
      <Timeline view={view} looking={looking} step={step} />
      {isDrawn && (
        <>
          <Tries view={view} looking={looking} step={step} goTo={goTo} show={show} />
          <Account view={view} goTo={goToTime} />
          <SaveReplay view={view} />
        </>
      )}
    </>
  );
}

/** The longest straggler. */
function firstLane(view: ReplayView): number {
  const place = rowsOf(view, openAtFirst(view)).findIndex(({ kind }) => kind === "lane");
  return Math.max(0, place);
}

function outcome({ complete, horizon, tries, rounds, blame }: ReplayView): string {
  const end =
    complete === null ? `Not complete by ${duration(horizon / 1000)}` : `Complete after ${duration(complete / 1000)}`;
  const last = blame === null ? "" : `; last: ${blame.class} in ${blame.phase}, by ${blame.mechanism}`;
  const count = (n: number, one: string, many: string) => `${whole(n)} ${n === 1 ? one : many}`;
  return `${end}, ${count(tries.length, "try", "tries")}, ${count(rounds, "round", "rounds")}${last}.`;
}
