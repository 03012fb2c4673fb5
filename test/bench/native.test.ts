// The engine and the C reference in bench/native, written a second time from docs/rules.md, agree to the last bit: where there is
// a C compiler, and with dist/ as built.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { loadScenario } from "../../src/scenario/index.js";

const overcommit = readFileSync(new URL("../../examples/overcommit.yaml", import.meta.url), "utf8");
const { hasCompiler } = await native("build.js");
const { modelText } = await native("model.js");

/** A module of the bench, which is plain JavaScript. */
function native(file: string) {
  return import(new URL(`../../bench/native/${file}`, import.meta.url).href);
}

describe("bench/native", () => {
  it.runIf(hasCompiler())("Always: it gives the engine's draws and counts", { timeout: 300_000 }, async () => {
    const { stderr } = await promisify(execFile)(process.execPath, ["bench/native/run.js", "--check"]);
    expect(stderr).toMatch(/^equal: \d+ draws, \d+ replicas of each scenario and policy$/m);
  });

  it.each([
    ["host.vmExit=1us", "host.vmExit: 1, only 0"],
    ["host.loaderCpu=0", "host.loaderCpu: 0"],
    ["workload.reader={kind: user, count: 1, behaviour: syscall-server}", "durations that are lognormal"],
    ["policies=[linux-6.16]", "policy.scheduleHook: true, only false"],
  ])("Never: it takes %s", (setting, what) => {
    const { model, policies } = loadScenario(overcommit, { set: [setting] });
    expect(() => modelText(model, policies[0])).toThrow(new RangeError(`the C reference does not know ${what}`));
  });
});
