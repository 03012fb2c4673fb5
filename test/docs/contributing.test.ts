// The trace format of CONTRIBUTING.md: it compiles as a file of src/fit/formats, and reads its sample. (Its other examples are
// commands, which commands.test.ts runs.)

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { shareOf } from "../../src/fit/formats/recognised.js";
import { Quality } from "../../src/fit/quality.js";
import type { TraceEvent } from "../../src/fit/trace-event.js";
import type { TraceFormat } from "../../src/fit/trace-format.js";
import { ROOT } from "../spawned.js";
import { readPage } from "./page.js";

const MARKDOWN = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
const LINES_MAX = 30;

function example(name: string): string {
  const found = readPage(MARKDOWN).steps.find((step) => step.kind === "file" && step.name === name);
  if (found === undefined) throw new Error(`CONTRIBUTING.md has no ${name}`);
  return found.text;
}

/** What tsc says of a file that is not there, with the project's own settings. */
function complaints(path: string, text: string): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => file === path || fileExists(file);
  host.readFile = (file) => (file === path ? text : readFile(file));
  host.getSourceFile = (file, ...rest) =>
    file === path ? ts.createSourceFile(file, text, options.target!, true) : getSourceFile(file, ...rest);
  const program = ts.createProgram([path], options, host);
  const file = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, "\n"),
  );
}

/** The format itself; what it imports is given to it. */
function made(text: string): TraceFormat {
  const module = ts.ModuleKind.CommonJS;
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module, target: ts.ScriptTarget.ES2023 } });
  const exports: { SCHED_CSV?: TraceFormat } = {};
  new Function("exports", "require", outputText)(exports, () => ({ shareOf }));
  return exports.SCHED_CSV!;
}

describe("CONTRIBUTING.md", () => {
  it("has no example of more than 30 lines", () => {
    const files = readPage(MARKDOWN).steps.filter((step) => step.kind === "file");
    expect(files.map(({ name }) => name)).toEqual([
      "impatient.yaml",
      "linux-next.yaml",
      "logger.yaml",
      "sched-csv.ts",
      "sample.csv",
    ]);
    for (const { text } of files) expect(text.split("\n").length).toBeLessThan(LINES_MAX);
  });

  it("shows a trace format that compiles where it says that one goes", () => {
    expect(complaints(join(ROOT, "src/fit/formats/sched-csv.ts"), example("sched-csv.ts"))).toEqual([]);
  });

  it("shows a trace format that recognises and reads its sample, and tells what it cannot read", () => {
    const format = made(example("sched-csv.ts"));
    const sample = example("sample.csv").trim().split("\n");
    expect([format.recognise(sample), format.recognise(["perf record"])]).toEqual([1, 0]);
    const events: TraceEvent[] = [];
    const quality = new Quality();
    const sink = { event: (event: TraceEvent) => void events.push(event), sum() {}, name() {}, gap() {} };
    const reader = format.reader(sink, quality, { arch: null });
    for (const [i, line] of [...sample, "1300000,zero"].entries()) reader.line(line, i + 1);
    reader.end(false);
    const asleep = { at: 251_000, cpu: 0, pid: 41, comm: "sh", state: "interruptible", next: 0, nextComm: "swapper/0" };
    expect(events).toHaveLength(4);
    expect(events[1]).toEqual({ type: "switch", ...asleep });
    expect(JSON.stringify(quality)).toContain("not seven fields");
  });
});
