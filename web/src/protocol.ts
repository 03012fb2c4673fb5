// What the page and its thread say to each other. The thread (web/src/thread/) holds klpsim itself and does all that takes longer than
// a frame: it reads scenarios, spreads runs over Workers of its own, follows replays, explores litmus tests, fits traces. The page only
// draws. Every message is plain data; whatever is wrong comes back as problems, never as a broken page.

import type {
  ExperimentResult,
  FitResult,
  Checked as LitmusChecked,
  MemoryModel,
  Problem,
  Progress,
  RunResult,
} from "../../src/browser.js";
import type { ReplayView } from "./replay/view.js";

/** A scenario as the thread understands its text. */
export interface CheckedScenario {
  /** Empty: it can be run. */
  problems: Problem[];
  /** Of the scenario; null: the text does not say one that exists. */
  experiment: "transition" | "rseq" | "memory-fault" | null;
  /** What the text says, as data; null: it is no YAML. For the form. */
  value: unknown;
  /** All that a run would take, defaults filled in; null where there are problems. */
  canonical: unknown;
  /** In the scenario's order. */
  policies: string[];
  /** `klpsim explain`, as Markdown-free lines of text; null where there are problems. */
  explanation: string | null;
}

/** Sets what is at a path of the YAML, comments and order kept; undefined takes it out. */
export interface Change {
  path: (string | number)[];
  value: unknown;
}

export interface RunOrder {
  yaml: string;
  /** Instead of the scenario's. */
  policies?: string[];
  replicas?: number;
  /** Decimal. */
  seed?: string;
  workers: number;
}

/** A curve over time: [seconds] ascending, and as many values. */
export interface Curve {
  seconds: Float64Array<ArrayBuffer>;
  /** P(T > t) just after each; low and high: its 95% interval. */
  above: Float64Array<ArrayBuffer>;
  low: Float64Array<ArrayBuffer>;
  high: Float64Array<ArrayBuffer>;
}

/** Bars on a logarithmic axis: from edges[i] up to edges[i + 1] seconds. */
export interface Bars {
  edges: Float64Array<ArrayBuffer>;
  /** Share of all replicas. */
  shares: Float64Array<ArrayBuffer>;
}

/** What there is of one policy so far. */
export interface PolicyView {
  policy: string;
  ccdf: Curve;
  histogram: Bars;
}

/** A run as far as it is: `result` is what `klpsim run --json` would print of the replicas done so far. */
export interface RunView {
  result: RunResult;
  /** As many as results, in their order. */
  policies: PolicyView[];
  /** null: the result came from a file that does not say. */
  horizonSeconds: number | null;
  /** Transitions that there will be, of all policies. */
  total: number;
  done: boolean;
}

/** How far it is comes often, what it has come to more seldom: that costs much more to make and to draw. */
export type RunPart = { progress: Progress } | { view: RunView };

export interface ReplayOrder {
  yaml: string;
  policy: string;
  replica: number;
}

export interface LitmusOrder {
  /** Name of one that comes with klpsim, or null for `text`. */
  test: string | null;
  text: string;
  variant: string | null;
  model: MemoryModel;
}

export interface LitmusAnswer {
  name: string;
  text: string;
  checked: LitmusChecked;
  expected: string | null;
  fixes: string[];
  /** The counterexample as SVG, for light and dark pages; null where there is none. */
  picture: { light: string; dark: string } | null;
}

export interface FitOrder {
  name: string;
  file: Blob;
}

/** What a file turned out to be. */
export type Loaded =
  /** `view` has curves as far as the result tells them, and no bars. */
  | { kind: "run"; result: RunResult; view: RunView }
  | { kind: "experiment"; result: ExperimentResult }
  | { kind: "replay"; replay: ReplayView };

export type ExportFormat = "json" | "csv" | "markdown" | "parquet" | "html" | "svg";
export type ReplayFormat = "text" | "perfetto" | "chrome" | "ftrace" | "svg" | "json";

/** By name: what is asked, what comes meanwhile, what comes at the end. */
export interface Requests {
  check: { ask: { yaml: string }; part: never; answer: CheckedScenario };
  change: { ask: { yaml: string; changes: Change[] }; part: never; answer: { yaml: string } };
  run: { ask: RunOrder; part: RunPart; answer: RunView };
  experiment: { ask: RunOrder; part: Progress; answer: ExperimentResult };
  /** The thread keeps the replay whole (thread/replays.ts); the page gets what it draws. */
  replay: { ask: ReplayOrder; part: Progress; answer: ReplayView };
  litmusTests: {
    ask: Record<string, never>;
    part: never;
    answer: { name: string; title: string; variants: string[]; text: string }[];
  };
  litmus: { ask: LitmusOrder; part: never; answer: LitmusAnswer };
  fit: { ask: FitOrder[]; part: { done: number; total: number }; answer: { yaml: string; fit: FitResult } };
  load: { ask: { name: string; file: Blob }; part: never; answer: Loaded };
  export: { ask: { result: RunResult; yaml: string; format: ExportFormat }; part: never; answer: Blob };
  /** replay: the view's key. */
  exportReplay: { ask: { replay: number; format: ReplayFormat }; part: never; answer: Blob };
  /** As the report draws it; null: there is no picture of such a result. */
  experimentPicture: { ask: { result: ExperimentResult }; part: never; answer: { title: string; svg: string } | null };
  presets: {
    ask: Record<string, never>;
    part: never;
    answer: {
      policies: { name: string; text: string }[];
      behaviours: { name: string; text: string }[];
      examples: { name: string; title: string; yaml: string }[];
    };
  };
}

export type RequestName = keyof Requests;

/** Page to thread. */
export type ToThread =
  | { [N in RequestName]: { id: number; name: N; ask: Requests[N]["ask"] } }[RequestName]
  | { id: number; name: "stop" };

/** Thread to page. */
export type ToPage =
  | { id: number; part: Requests[RequestName]["part"] }
  | { id: number; answer: Requests[RequestName]["answer"] }
  | { id: number; failed: Failure };

/** Why a request came to nothing. */
export interface Failure {
  /** For people. */
  message: string;
  /** Of a scenario, with lines; empty for other failures. */
  problems: Problem[];
  /** It was told to stop. */
  stopped: boolean;
}
