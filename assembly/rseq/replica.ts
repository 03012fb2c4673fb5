// One replica: a run of the selftest, event by event. Between two events of others the reader goes its way alone.

import { selectReplica } from "../draw";
import { NEVER, now, setNow } from "../runqueue";
import * as migrator from "./migrator";
import * as reader from "./reader";
import * as scheduler from "./scheduler";
import { resetDraws } from "./steps";
import * as tally from "./tally";
import { resetCounter } from "./test";
import * as trace from "./trace";

/** Runs replicas first .. first + count - 1 and adds them to the counts. */
export function runReplicas(seed: u64, first: u64, count: u32): void {
  for (let n: u32 = 0; n < count; n++) {
    selectReplica(seed, first + n);
    simulate();
  }
}

/** One replica, traced up to TRACE_MAX events. */
export function traceReplica(seed: u64, replica: u64): void {
  trace.begin();
  selectReplica(seed, replica);
  simulate();
  trace.end();
}

/** Of one instant the reader comes first, then the migrator, then the rest. */
function simulate(): void {
  start();
  for (;;) {
    const others = scheduler.nextEvent();
    const until = min(migrator.at, others);
    while (reader.at <= until && reader.at != NEVER) {
      setNow(reader.at);
      reader.proceed();
      trace.event(trace.READER);
    }
    scheduler.afterReader();
    if (min(migrator.at, scheduler.nextEvent()) != until) continue;
    setNow(until);
    if (migrator.at == until) {
      const request = migrator.proceed();
      if (request == migrator.FINISHED) break;
      scheduler.serve(request);
      trace.event(trace.MIGRATOR);
    } else {
      scheduler.proceed();
      trace.event(trace.SCHEDULER);
    }
  }
  tally.endRun(now);
}

function start(): void {
  setNow(0);
  resetCounter();
  resetDraws();
  tally.beginRun();
  scheduler.start();
}
