// What was fitted to a recording of a known host, beside what that host is: each parameter with its 99% interval.

import { clopperPearson } from "../../../src/results/binomial.js";
import type { FitResult, LawReport } from "../../../src/results/fit-result.js";
import { parseTime } from "../../../src/scenario/units.js";
import type { KnownHost } from "./known-host.js";

const CONFIDENCE = 0.99;
const NS_PER_TICK = 1000;

export interface Compared {
  what: string;
  truth: number;
  low: number;
  high: number;
  inside: boolean;
}

/** How fit, which sees calls and switches, names a known phase. */
const NAMES: Record<string, Record<string, string>> = {
  server: { think: "user", handle: "handle", "handle-sleep": "handle-sleep" },
  reader: { parse: "user", read: "read-sleep" },
  guest: { guest: "guest", halt: "halt", user: "user" },
  flusher: { work: "run", "work-sleep": "sleep-idle" },
};

/** Of every duration the parameters of its true family, and of every choice of the next phase its weights. */
export function comparedParameters({ name, workload }: KnownHost, { classes }: FitResult): Compared[] {
  return Object.entries(workload).flatMap(([of, { behaviour }]) => {
    const found = classes.find((one) => one.name === of);
    if (found === undefined) throw new Error(`${name}: class ${of} was not found`);
    return Object.entries(behaviour.phases).flatMap(([phase, { duration, next }]) => {
      const fittedName = NAMES[of]![phase]!;
      const report = found.phases.find((one) => one.name === fittedName);
      if (report === undefined) throw new Error(`${name}: phase ${fittedName} of ${of} was not found`);
      const where = `${name}, ${of}, ${phase}`;
      const choices = typeof next === "object" ? [weight(where, next as Record<string, number>, report.next, of)] : [];
      return [...parameters(where, duration as Record<string, unknown>, report.duration.laws), ...choices];
    });
  });
}

function parameters(where: string, duration: Record<string, unknown>, laws: readonly LawReport[]): Compared[] {
  const [family, value] = Object.entries(duration)[0]!;
  const truths = typeof value === "object" ? (value as Record<string, unknown>) : { mean: value };
  const law = laws.find((one) => one.family === family);
  if (law === undefined) throw new Error(`${where}: ${family} was not tried`);
  return Object.entries(truths).map(([parameter, truth]) => {
    const { low, high } = law.parameters.find((one) => one.name === parameter)!;
    const amount = typeof truth === "string" ? parseTime(truth)! * NS_PER_TICK : Number(truth);
    return compared(`${where}: ${parameter}`, amount, low ?? 0, high ?? Number.POSITIVE_INFINITY);
  });
}

/** Of two choices, the first: the other says the same. */
function weight(where: string, truth: Record<string, number>, seen: Record<string, number>, of: string): Compared {
  const [first, second] = Object.keys(truth) as [string, string];
  const [often, others] = [first, second].map((name) => Math.round(seen[NAMES[of]![name]!] ?? 0)) as [number, number];
  const { low, high } = clopperPearson(often, often + others, CONFIDENCE);
  return compared(`${where}: next ${first}`, truth[first]! / (truth[first]! + truth[second]!), low, high);
}

function compared(what: string, truth: number, low: number, high: number): Compared {
  return { what, truth, low, high, inside: low <= truth && truth <= high };
}
