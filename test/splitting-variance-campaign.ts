// Variance by the levels that a pilot chooses over that by tries alone, at equal effort (docs/rare.md, 1). By hand from the project's root:
//   npx rolldown test/splitting-variance-campaign.ts --platform node --format esm --external piscina --file build/splitting-variance.mjs
//   node build/splitting-variance.mjs [SEEDS] [NAME]

import { readFileSync } from "node:fs";
import { PILOT_PARTICLES, stagesBy } from "../src/analyse/rare-tails.js";
import { branchable } from "../src/branching-core.js";
import { pilotOf } from "../src/results/pilot.js";
import { groupEstimate, groupTallies, PILOT_GROUP, relativeError } from "../src/results/splitting.js";
import { loadScenario } from "../src/scenario/index.js";
import { SplittingEngine, type SplittingVariant } from "../src/splitting-engine.js";
import { compileModule } from "../src/wasm.js";

const PARTICLES = 64;

interface Case {
  text: string;
  seconds: number;
  groups: number;
}

const threads = (count: number, phases: string) => `
host: { cpus: ${count}, loaderCpu: none, idleTasks: false, schedulerTick: false }
workload:
  task: { kind: user, count: ${count}, cpus: one-each, behaviour: { phases: { ${phases} } } }
patch: { functions: [pipe_read] }
policies: [plain]
`;
const asleep = (mean: string, next: string) =>
  `{ mode: sleep, wait: interruptible, stack: [pipe_read], duration: { exponential: ${mean} }, next: ${next} }`;

const CASES: Record<string, Case> = {
  // Sleeps of 1 s, one in 2,500 of 10 s.
  seldom: {
    text: threads(
      16,
      `user: { mode: user, duration: { exponential: 5ms }, next: { short: 2499, long: 1 } },
       short: ${asleep("1s", "user")}, long: ${asleep("10s", "user")}`,
    ),
    seconds: 60,
    groups: 400,
  },
  // Sleeps of 2 s, of which one in 100 goes on for 5 s.
  turning: {
    text: threads(
      8,
      `user: { mode: user, duration: { exponential: 5ms }, next: short },
       short: ${asleep("2s", "{ user: 99, long: 1 }")}, long: ${asleep("5s", "user")}`,
    ),
    seconds: 45,
    groups: 400,
  },
  lognormal: {
    text: `
host: { cpus: 2 }
workload:
  reader:
    kind: user
    count: 8
    behaviour:
      phases:
        work: { mode: kernel, duration: { exponential: 1ms }, next: { nap: 99, read: 1 } }
        nap: { mode: sleep, wait: interruptible, duration: { exponential: 20ms }, next: work }
        read: { mode: sleep, wait: uninterruptible, stack: [pipe_read], duration: { lognormal: { median: 100ms, sigma: 1 } }, next: work }
patch: { functions: [pipe_read] }
policies: [linux-6.1]
`,
    seconds: 8,
    groups: 60,
  },
  // Completion waits for kthreads that do not yield; in the second row it is nearly all that is ever late.
  completion: { text: unyielding("1200ms"), seconds: 40, groups: 120 },
  "completion alone": { text: unyielding("100ms"), seconds: 20, groups: 120 },
  alike: { text: readFileSync("examples/patch-lite.yaml", "utf8"), seconds: 52, groups: 60 },
};

function unyielding(burn: string): string {
  return `
host: { cpus: 4 }
workload:
  burner:
    kind: kthread
    count: 2
    behaviour:
      phases:
        burn: { mode: kernel, duration: { exponential: ${burn} }, next: rest }
        rest: { mode: sleep, wait: interruptible, duration: { exponential: 100ms }, next: burn }
  vcpu: { kind: vcpu, count: 4, behaviour: busy-guest }
  reader:
    kind: user
    count: 8
    behaviour:
      phases:
        think: { mode: user, duration: 2ms, next: read }
        read: ${asleep("2s", "think")}
patch: { functions: [pipe_read] }
policies: [linux-6.1]
`;
}

const seeds = Number(process.argv[2] ?? 8);
const names = process.argv[3] === undefined ? Object.keys(CASES) : [process.argv[3]];
const module = await compileModule("branching");
for (const name of names) await measure(name, CASES[name]!);

async function measure(name: string, { text, seconds, groups }: Case): Promise<void> {
  const compiled = loadScenario(text, {});
  const model = branchable(compiled.model, seconds * 1e6);
  const policy = compiled.policies[0]!;
  const run = (variant: SplittingVariant, seed: number, first: number, count: number) =>
    new SplittingEngine(module, model, [variant]).run(0, BigInt(seed), first, count);
  const all: Record<"tries" | "chosen", { variance: number; mean: number; ms: number }[]> = { tries: [], chosen: [] };
  const gains: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const pilot = pilotOf(run({ policy, levels: null, particles: [PILOT_PARTICLES] }, seed, PILOT_GROUP, 1));
    const chosen = stagesBy(pilot, PARTICLES);
    gains.push(`${chosen.branching.by === "tries" ? "-" : "+"}${chosen.branching.gain?.toFixed(2) ?? "?"}`);
    for (const [which, { stages }] of [
      ["tries", stagesBy({ ...pilot, learnt: null }, PARTICLES)],
      ["chosen", chosen],
    ] as const) {
      const begun = process.cpuUsage();
      const tallies = groupTallies(run({ policy, ...stages }, seed, 0, groups), groups, pilot.levels.length + 1);
      const { user, system } = process.cpuUsage(begun);
      const found = relativeError(tallies.map(groupEstimate));
      if (found === null) continue;
      all[which].push({ variance: found.error ** 2 * groups, mean: found.mean, ms: (user + system) / 1000 });
    }
  }
  const mean = (which: "tries" | "chosen", field: "variance" | "mean" | "ms") =>
    all[which].reduce((sum, one) => sum + one[field], 0) / all[which].length;
  const ratios = all.chosen.map(({ variance }, i) => (variance / all.tries[i]!.variance).toFixed(2));
  const ratio = mean("chosen", "variance") / mean("tries", "variance");
  const time = mean("chosen", "ms") / mean("tries", "ms");
  process.stdout.write(
    `${name}, ${seconds} s: ${mean("tries", "mean").toExponential(2)} by tries, ${mean("chosen", "mean").toExponential(2)} as chosen; variance ` +
      `${mean("tries", "variance").toFixed(3)} and ${mean("chosen", "variance").toFixed(3)}, ratio ${ratio.toFixed(2)} (${ratios.join(" ")}), with time ${(ratio * time).toFixed(2)}; gains expected ${gains.join(" ")}\n`,
  );
}
