// klpsim init: a scenario to begin with, from options, and on a terminal from answers to what they left open.

import { availableParallelism, release } from "node:os";
import { createInterface } from "node:readline/promises";
import { type Command, Option } from "commander";
import { loadScenario } from "../scenario/index.js";
import { wholeNumber, wordsOf } from "./arguments.js";
import { type Answers, presetFor, scenarioText } from "./init-scenario.js";
import { Interrupted } from "./interrupt.js";
import { functionNames } from "./patch-options.js";
import { writeNew } from "./write-new.js";

interface Options extends Partial<Answers> {
  output: string;
  yes?: boolean;
  force?: boolean;
}

const CPUS_MAX = 4096;
const TASKS_MAX = 65536;

const HELP = `
On a terminal it asks what the options leave open; --yes, or no terminal, takes what stands in brackets there: the CPUs and the kernel
of this machine. What it writes has comments that say what each line is.

Examples:
  klpsim init
  klpsim init --yes && klpsim run scenario.yaml
  klpsim init --cpus 64 --vcpus 64 --readers 0 --patch-functions kvm_vcpu_ioctl --policies linux-5.19 kvm-v2 -o host.yaml

Exit status: 0 done, 1 failure, 2 an option is wrong, or the file is there already, 130 interrupted.`;

export function initCommand(program: Command): void {
  const count = (max: number, min = 0) => wholeNumber(min, max);
  program
    .command("init")
    .summary("write a scenario to begin with")
    .description("Writes a commented scenario of your host, from answers or options.")
    .option("--cpus <n>", "CPUs of the host", count(CPUS_MAX, 1))
    .option("--vcpus <n>", "busy vCPU threads", count(TASKS_MAX))
    .option("--agents <n>", "threads that poll ten times a second", count(TASKS_MAX))
    .option("--readers <n>", "threads blocked in read() for seconds", count(TASKS_MAX))
    .option("--sleepers <n>", "threads that hardly ever wake", count(TASKS_MAX))
    .option("--kworkers <n>", "workqueue workers", count(TASKS_MAX))
    .option("--patch-functions <function...>", "functions that the livepatch replaces", functionNames)
    .option("--policies <name...>", "kernels to ask (klpsim policies)")
    .addOption(new Option("-o, --output <file>", "where to; - is stdout").default("scenario.yaml"))
    .option("--yes", "ask nothing")
    .option("--force", "write over a file that is there already")
    .addHelpText("after", HELP)
    .action(run);
}

async function run({ output, yes, force, ...given }: Options): Promise<void> {
  const asks = process.stdin.isTTY && process.stderr.isTTY && !yes;
  const answers = asks ? await ask(given, process.stdin, process.stderr) : answersFrom(given);
  const text = scenarioText(answers, output === "-" ? "scenario.yaml" : output);
  const { model } = loadScenario(text, { file: output }); // says what is wrong with an answer
  if (output === "-") {
    process.stdout.write(text);
    return;
  }
  await writeNew(output, text, force === true);
  const tasks = model.classes.reduce((sum, { count }) => sum + count, 0);
  process.stdout.write(
    `${output}: ${answers.cpus} CPUs, ${tasks} tasks, ${answers.policies.join(", ")}\nNext: klpsim explain ${output}, klpsim run ${output}\n`,
  );
}

/** What is to be answered, in the order of asking. */
const QUESTIONS: { key: keyof Answers; question: string; usual: () => string }[] = [
  { key: "cpus", question: "CPUs of the host", usual: () => String(availableParallelism()) },
  { key: "vcpus", question: "Busy vCPU threads", usual: () => "0" },
  { key: "agents", question: "Threads that poll ten times a second", usual: () => "8" },
  { key: "readers", question: "Threads blocked in read() for seconds", usual: () => "16" },
  { key: "sleepers", question: "Threads that hardly ever wake", usual: () => "200" },
  { key: "kworkers", question: "Workqueue workers", usual: () => "8" },
  { key: "patchFunctions", question: "Functions that the livepatch replaces", usual: () => "pipe_read" },
  { key: "policies", question: "Kernels to ask (klpsim policies lists them)", usual: () => presetFor(release()) },
];

function answersFrom(given: Partial<Answers>): Answers {
  const entries = QUESTIONS.map(({ key, usual }) => [key, given[key] ?? answerOf(key, usual())]);
  return Object.fromEntries(entries) as Answers;
}

/** Asks for what is not given. @throws Interrupted when the input ends */
export async function ask(
  given: Partial<Answers>,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<Answers> {
  const reader = createInterface({ input, output });
  const lines = reader[Symbol.asyncIterator](); // keeps what is typed ahead
  const answers: Record<string, unknown> = { ...given };
  for (const { key, question, usual } of QUESTIONS) {
    while (answers[key] === undefined) {
      reader.setPrompt(`${question} [${usual()}]: `);
      reader.prompt();
      const { value, done } = await lines.next();
      if (done) throw new Interrupted();
      try {
        answers[key] = answerOf(key, value.trim() || usual());
      } catch (error) {
        output.write(`${(error as Error).message}\n`);
      }
    }
  }
  reader.close();
  return answers as unknown as Answers;
}

/** A list has blanks or commas between its words. */
function answerOf(key: keyof Answers, text: string): number | string[] {
  if (key === "patchFunctions") return functionNames(text);
  if (key === "policies") return wordsOf(text);
  return key === "cpus" ? wholeNumber(1, CPUS_MAX)(text) : wholeNumber(0, TASKS_MAX)(text);
}
