// What klpsim fit found, for programs: the JSON of `klpsim fit --json`. Times are ns.

/** A whole recording, of one or more trace files. */
export interface FitResult {
  schemaVersion: 1;
  traces: TraceReport[];
  recording: {
    windowNs: number;
    /** Steps of its clock. */
    resolutionNs: number;
    cpus: number;
    tasks: number;
    /** Share of the time that each CPU was busy, by CPU. */
    busy: number[];
    has: { switches: boolean; wakeups: boolean; calls: boolean; guests: boolean; stacks: boolean };
  };
  /** What it cannot tell, in sentences. */
  untold: string[];
  notes: string[];
  classes: ClassReport[];
  /** As the profile has it, without its comments. */
  scenario: Record<string, unknown>;
}

/** How a file was read. */
export interface TraceReport {
  name: string;
  /** As --format takes it, and as people call it. */
  format: string;
  title: string;
  bytes: number;
  lines: number;
  events: number;
  /** Events that are understood and of no use here, by name. */
  unused: Record<string, number>;
  unreadable: number;
  /** The first of them. */
  examples: { line: number; text: string; why: string }[];
  lostMarks: number;
  lostEvents: number;
  reordered: number;
  clockJumps: number;
  /** The last line ends in its middle. */
  cut: boolean;
  /** What is wrong with its compression; null: nothing. */
  broken: string | null;
}

export interface ClassReport {
  /** As the profile calls it. */
  name: string;
  kind: "user" | "vcpu" | "kthread";
  tasks: number;
  born: number;
  ended: number;
  /** Tasks by their command names; none where they were to be dropped. */
  commands: Record<string, number>;
  /** Of all CPUs' time; null: the trace does not say. */
  cpuShare: number | null;
  phases: PhaseReport[];
  /** Waits for a CPU, which are no phase. */
  runnable: { n: number; meanNs: number | null };
}

export interface PhaseReport {
  name: string;
  mode: string;
  wait: string | null;
  call: string | null;
  /** Of the time that its class was seen. */
  timeShare: number;
  /** Functions known to be on its kernel stack, innermost first. */
  stack: string[];
  /** As often as it was seen. */
  next: Record<string, number>;
  duration: DurationReport;
}

export interface LawReport {
  family: string;
  parameters: { name: string; value: number | null; low: number | null; high: number | null }[];
  /** null: the family has none. */
  logLikelihood: number | null;
  aic: number | null;
  /** As a scenario has it. */
  law: unknown;
}

export interface DurationReport {
  counts: { whole: number; cutAtEnd: number; cutAtStart: number; throughout: number };
  /** With its 99% interval; null: too little was seen; a value or an end of null: nothing bounds it. */
  meanNs: { value: number | null; low: number; high: number | null } | null;
  goodness: { distance: number; p: number } | null;
  cautions: string[];
  /** By AIC: the first is the profile's. */
  laws: LawReport[];
  curve: CurvePoint[];
}

/** Kaplan and Meier's survival with its 95% band, and the law's. */
export interface CurvePoint {
  lengthNs: number;
  survival: number;
  low: number;
  high: number;
  law: number;
  /** What length the law has at the data's survival; null: none. */
  lawLengthNs: number | null;
}
