// klpsim against the simulators its users would write instead, on examples/patch-lite.yaml: all follow the same law, so only
// their pace differs. Rounds of all programs in turn; transitions a CPU second; ratios by round, their median.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { median } from "../measure.js";
import { law } from "./law.js";
import { klpsim, PEERS, peer } from "./programs.js";

const USAGE = `usage: node bench/peers/run.js [options]
  --tasks LIST    numbers of tasks (16,256,4096)
  --peers LIST    of ${Object.keys(PEERS).join(", ")} (all)
  --rounds N      rounds of each (5)
  --seconds S     CPU seconds a round, one transition at least (2)
  --out FILE      where the CSV goes (stdout)`;
const STANDARD_ERRORS = 4; // how far a mean may be from the law's
const COLUMNS = "tasks,program,replicas,median,slowest,fastest,ratio,mean,deviation,later15";

let options;
try {
  options = read(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RangeError || error.code?.startsWith("ERR_PARSE_ARGS"))) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
if (options?.help) console.log(USAGE);
else if (options) await compare(options);

/** The command line, checked. */
function read(args) {
  const { values } = parseArgs({
    args,
    options: {
      tasks: { type: "string", default: "16,256,4096" },
      peers: { type: "string", default: Object.keys(PEERS).join() },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      out: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const whole = (field, text, max) => {
    if (/^[1-9]\d*$/.test(text) && Number(text) <= max) return Number(text);
    throw new RangeError(`--${field}: expected a whole number in 1..${max}, got ${text}`);
  };
  const tasks = values.tasks.split(",").map((text) => whole("tasks", text, 4096));
  const rounds = whole("rounds", values.rounds, 1000);
  const peers = values.peers.split(",");
  const stranger = peers.find((name) => !Object.hasOwn(PEERS, name));
  if (stranger !== undefined) throw new RangeError(`--peers: no peer is called ${stranger}`);
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new RangeError(`--seconds: expected a number above 0, 3600 at most, got ${values.seconds}`);
  }
  return { ...values, tasks, rounds, peers, seconds };
}

async function compare({ tasks, peers, rounds, seconds, out }) {
  const programs = [{ name: "klpsim", run: klpsim }, ...prepared(peers)];
  const lines = [COLUMNS];
  for (const count of tasks) {
    const expected = law(count);
    console.error(`\n${count} tasks: mean ${expected.mean.toFixed(4)} s, P(T > 15 s) ${expected.later15.toFixed(4)}`);
    console.error(cells("", "a CPU second", "ratio", "mean, s", "off by, SE", "P(T > 15 s)"));
    for (const row of await measure(programs, count, rounds, seconds)) {
      const error = expected.deviation / Math.sqrt(rounds * row.replicas);
      lines.push(`${count},${reported(row, (row.mean - expected.mean) / error)}`);
    }
  }
  writeFileSync(out ?? process.stdout.fd, `${lines.join("\n")}\n`);
}

/** Shows a row, and what is wrong with it; its line of CSV. `deviation`: of the mean, in standard errors. */
function reported({ name, replicas, rates, ratio, mean, later15 }, deviation) {
  const seen = [mean.toFixed(4), deviation.toFixed(2), later15.toFixed(4)];
  const middle = short(median(rates));
  console.error(cells(name, middle, short(ratio), ...seen));
  if (Math.abs(deviation) > STANDARD_ERRORS) {
    console.error(`${name} does not follow the law`);
    process.exitCode = 1;
  }
  return [name, replicas, middle, short(Math.min(...rates)), short(Math.max(...rates)), short(ratio), ...seen].join();
}

/** The peers that can run here, built; says of the others what they need. */
function prepared(names) {
  return names.flatMap((name) => {
    const { install, command } = PEERS[name];
    const found = command();
    if (found) return [{ name, run: peer(found) }];
    console.error(`${name} is missing: ${install}`);
    return [];
  });
}

/** Of each program: replicas a round, transitions a CPU second by round, the median of klpsim's to its own, and what they say. */
async function measure(programs, tasks, rounds, seconds) {
  const rows = [];
  for (const { name, run } of programs) {
    rows.push({ name, run, replicas: await enough(run, tasks, seconds), rates: [], mean: 0, later15: 0 });
  }
  for (let seed = 1; seed <= rounds; seed++) {
    for (const row of rows) {
      const { mean, later15, cpuSeconds } = await row.run(tasks, row.replicas, seed);
      row.rates.push(row.replicas / cpuSeconds);
      row.mean += mean / rounds;
      row.later15 += later15 / rounds;
    }
  }
  const [own] = rows;
  return rows.map((row) => ({ ...row, ratio: median(row.rates.map((rate, round) => own.rates[round] / rate)) }));
}

/** Replicas that take about `seconds`, by runs of growing length: the first ones find the code cold. */
async function enough(run, tasks, seconds) {
  for (let replicas = 1; ; ) {
    const { cpuSeconds } = await run(tasks, replicas, 0);
    const longer = seconds / cpuSeconds;
    if (longer < 2) return Math.max(1, Math.round(replicas * longer));
    replicas = Math.ceil(replicas * Math.min(longer, 10));
  }
}

/** Three digits. */
function short(value) {
  return Number(value.toPrecision(3));
}

function cells(name, ...values) {
  return name.padEnd(10) + values.map((value) => String(value).padStart(13)).join("");
}
