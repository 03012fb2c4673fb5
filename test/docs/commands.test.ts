// Every command and program of the documentation is run, and prints what the page shows (the convention: page.ts).

import { describe, expect, it } from "vitest";
import { fits, readPage } from "./page.js";
import { commandsIn, PAGES, pageOf, wrongIn } from "./pages.js";

const WAIT_MS = 300_000; // idle: seconds; five pages at once

describe("The documentation", () => {
  it.concurrent.each(PAGES.filter((name) => commandsIn(name, false) > 0))(
    "%s: every command prints what is shown",
    async (name) => {
      expect((await wrongIn(name, ({ slow }) => !slow)).join("\n\n")).toBe("");
    },
    WAIT_MS,
  );

  it("has no command that is neither run nor marked no-run", () => {
    const unmarked = PAGES.flatMap((name) => pageOf(name).unmarked.map((line) => `${name}: ${line}`));
    expect(unmarked).toEqual([]);
  });

  it("leaves to people only what needs root, a terminal, a network, another machine or hours", () => {
    const unrun = PAGES.flatMap((name) => pageOf(name).unrun.map((line) => `${name}: ${line}`));
    expect(unrun).toMatchInlineSnapshot(`
      [
        "CONTRIBUTING.md: npm ci && npm run build      # the WebAssembly modules, the command, the library, the page",
        "README.md: npm run quickstart   # installs, builds, runs examples/busy-vcpus.yaml under its four policies: table and plot",
        "README.md: node dist/cli.js init                                                    # a scenario of your own host, by a few questions",
        "docs/design.md: klpsim run SCENARIO [--policy NAME]... [--replicas N | --until "p99 ci < 1%"] [--seed N] [--workers N]",
        "docs/how-to/fit-a-trace.md: perf record -a -g -e 'sched:sched_switch,sched:sched_wakeup,raw_syscalls:*' -o perf.data -- sleep 10",
        "docs/how-to/use-in-a-browser.md: import { simulate } from "klpsim/browser";",
        "docs/how-to/use-in-a-browser.md: import { configure } from "klpsim/browser";",
        "docs/how-to/use-in-ci.md: jobs:",
        "docs/measurements.md: sudo examples/kernel-lab/measure-transition.sh --output host.jsonl my-fix.ko",
        "docs/performance.md: npm run bench         # all benches, a quarter of an hour; bench/results/MACHINE-*.csv",
        "docs/performance.md: npm run bench:peers -- --out bench/results/MACHINE-peers.csv",
        "docs/performance.md: npm run bench:native -- --out bench/results/MACHINE-native.csv",
        "docs/record.md: perf record -a -g -e 'sched:sched_switch,sched:sched_wakeup,raw_syscalls:*' -o perf.data -- sleep 10",
        "docs/scale.md: #!/bin/bash",
        "docs/scale.md: klpsim shard run --of 20 || { status=$?; [ $status -ge 128 ] && scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"; exit $status; }",
        "docs/scale.md: apiVersion: batch/v1",
        "docs/scale.md: aws batch register-job-definition --job-definition-name klpsim --type container --container-properties file://container.json \\",
        "docs/scale.md: echo 'cd "$PBS_O_WORKDIR" && klpsim shard run --of 20' | qsub -J 0-19 -r y       # PBS; TORQUE: -t 0-19",
        "docs/scale.md: seq 0 19 | parallel --jobs 4 --retries 3 --sshloginfile hosts --workdir "$PWD" klpsim shard run --index {} --of 20 --workers 1",
        "docs/scale.md: docker run -d -p 127.0.0.1:6379:6379 -v klpsim:/data valkey/valkey:8 valkey-server --appendonly yes --maxmemory-policy noeviction     # a server",
        "docs/scale.md: npm run bench -- scale          # bench/results/MACHINE-scale.csv; the queue's part wants redis-server",
      ]
    `);
  });
});

describe("What a page shows", () => {
  it.each([
    [["a", "b"], ["a", "b"], true],
    [["a"], ["a", "b"], false],
    [["a", "...", "d"], ["a", "b", "c", "d"], true],
    [["a", "..."], ["a"], true],
    [["...", "d"], ["a"], false],
    [["takes ... on 2 workers"], ["takes 1.2 s on 2 workers"], true],
    [["takes ... on 2 workers"], ["takes 1.2 s on 3 workers"], false],
    [["a  ", ""], ["a", "", ""], true],
    [["p99 (1.0)"], ["p99 (1x0)"], false],
  ])("%j fits %j: %s", (shown, printed, expected) => {
    expect(fits(shown, printed)).toBe(expected);
  });

  it("is read by the language of its fences", () => {
    const page = readPage(
      [
        "```yaml [a.yaml]",
        "x: 1",
        "```",
        "1. in a list",
        "   ```console",
        "   $ klpsim run a.yaml \\",
        "     --json",
        "   out",
        "   ```",
        "```console slow",
        "$ klpsim sweep a.yaml",
        "```",
        "```sh no-run",
        "perf record",
        "```",
        "```",
        "klpsim run b.yaml",
        "```",
      ].join("\n"),
    );
    expect(page).toEqual({
      steps: [
        { kind: "file", name: "a.yaml", text: "x: 1\n" },
        { kind: "command", text: "klpsim run a.yaml \\\n  --json", shown: ["out"], slow: false },
        { kind: "command", text: "klpsim sweep a.yaml", shown: [], slow: true },
      ],
      unrun: ["perf record"],
      unmarked: ["klpsim run b.yaml"],
    });
  });
});
