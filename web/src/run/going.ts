// The run that is going on: started, drawn at most once a frame, stopped.

import { computed, signal } from "@preact/signals";
import type { Progress } from "../../../src/browser.js";
import { whole } from "../../../src/report/format.js";
import { ask, RequestFailed } from "../client.js";
import type { Failure, RunPart, RunView } from "../protocol.js";
import { checked, isRunnable, run, yaml } from "../state.js";
import { withAll } from "./not-yet.js";

/** What started it; null: none is going on. */
const stopping = signal<AbortController | null>(null);
export const isGoing = computed(() => stopping.value !== null);
/** Of the run that is shown: its scenario's text; null: it came from a file. */
export const ranYaml = signal<string | null>(null);
/** How far it is; null: nothing is known yet. */
export const progress = signal<Progress | null>(null);
/** What became of the last one, for people. */
export const outcome = signal<{ text: string; failure: Failure | null } | null>(null);

/** As the fields have them; undefined: the scenario's. */
export const replicas = signal<number | undefined>(undefined);
export const workers = signal(Math.max(1, navigator.hardwareConcurrency - 1));

/** Of the scenario. */
export const scenarioReplicas = computed(() => {
  const canonical = checked.value?.canonical as { run?: { replicas?: number } } | null | undefined;
  return canonical?.run?.replicas;
});

export const isTransition = computed(() => (checked.value?.experiment ?? "transition") === "transition");
export const canRun = computed(() => isRunnable.value && isTransition.value);

export function stop(): void {
  stopping.peek()?.abort();
}

export async function start(): Promise<void> {
  if (!canRun.peek() || isGoing.peek()) return;
  const stopper = new AbortController();
  stopping.value = stopper;
  outcome.value = null;
  progress.value = null;
  const text = yaml.peek();
  const policies = checked.peek()!.policies;
  const { latest, done } = onFrames<RunView>((view) => {
    ranYaml.value = text;
    run.value = withAll(view, policies);
  });
  const onPart = (part: RunPart) => {
    if ("view" in part) latest(part.view);
    else progress.value = part.progress;
  };
  const order = { yaml: text, workers: workers.peek(), replicas: replicas.peek() };
  try {
    done(await ask("run", order, { onPart, signal: stopper.signal }));
    outcome.value = { text: finished(run.peek()!), failure: null };
  } catch (error) {
    done();
    outcome.value = failed(error);
  } finally {
    stopping.value = null;
  }
}

/** Of a file instead. */
export function showLoaded(view: RunView, name: string): void {
  ranYaml.value = null;
  run.value = view;
  outcome.value = { text: `From ${name}.`, failure: null };
}

function finished(view: RunView): string {
  const { wallMs, transitionsPerSecond, workers } = view.result.timing;
  return `Done: ${whole(transitionsOf(view))} transitions in ${(wallMs / 1000).toPrecision(3)} s, ${whole(transitionsPerSecond)} a second on ${workersText(workers)}.`;
}

function transitionsOf({ result }: RunView): number {
  return result.results.reduce((sum, { replicas }) => sum + replicas, 0);
}

function workersText(count: number): string {
  return count === 1 ? "1 worker" : `${whole(count)} workers`;
}

function failed(error: unknown): { text: string; failure: Failure | null } {
  if (!(error instanceof RequestFailed)) throw error;
  if (!error.failure.stopped) return { text: error.failure.message, failure: error.failure };
  const shown = run.peek();
  const far =
    shown === null || shown.done ? "" : ` after ${whole(transitionsOf(shown))} of ${whole(shown.total)} transitions`;
  return { text: `Stopped${far}.`, failure: null };
}

/** Shows the latest of what comes, once a frame at most, and the last in any case. */
function onFrames<T>(show: (what: T) => void): { latest: (what: T) => void; done: (last?: T) => void } {
  let waiting: T | undefined;
  let frame = 0;
  const now = () => {
    frame = 0;
    if (waiting !== undefined) show(waiting);
    waiting = undefined;
  };
  return {
    latest(what) {
      waiting = what;
      frame ||= requestAnimationFrame(now);
    },
    done(last = waiting) {
      cancelAnimationFrame(frame);
      waiting = last;
      now();
    },
  };
}
