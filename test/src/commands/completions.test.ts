// Completions, sourced and asked in the shells themselves, and the manual.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { POLICY_PRESETS } from "../../../src/scenario/index.js";
import { workshop } from "../../spawned.js";

const { directory, at, file, klpsim } = workshop("completions");
const zshScript = fileURLToPath(new URL("completions.zsh", import.meta.url));

/** Whether there is such a shell to ask. */
const has = (shell: string) => ["/bin", "/usr/bin", "/usr/local/bin"].some((at) => existsSync(join(at, shell)));

function ask(shell: string, ...args: string[]): string {
  return execFileSync(shell, args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

beforeAll(async () => {
  for (const name of ["overcommit.yaml", "my own.yaml", "notes.txt"]) file(name, "");
  mkdirSync(at("kept"));
  for (const shell of ["bash", "zsh", "fish"])
    file(`completions.${shell}`, (await klpsim("completions", shell)).stdout);
});

describe("klpsim completions bash", () => {
  /** What is offered for the last word of a line. */
  const offered = (...words: string[]) => {
    const script = `source completions.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _klpsim; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return ask("bash", "-c", script, "-", "klpsim", ...words)
      .trim()
      .split("\n")
      .sort();
  };

  it("offers the commands, and only at the start", () => {
    expect(offered("do")).toEqual(["doctor"]);
    expect(offered("run", "do")).toEqual([""]);
  });

  it("offers the options of the command", () => {
    expect(offered("run", "--pol")).toEqual(["--policy"]);
    expect(offered("export", "overcommit.yaml", "--t")).toEqual(["--table"]);
  });

  it("offers every policy, and files with one, for --policy", () => {
    const all = [...Object.keys(POLICY_PRESETS), "kept", "my own.yaml", "overcommit.yaml"].sort();
    expect(offered("run", "x.yaml", "--policy", "")).toEqual(all);
    expect(offered("run", "--policy", "kvm-d")).toEqual(["kvm-direct"]);
  });

  it("offers choices, short options too, and nothing for a number", () => {
    expect(offered("export", "--format", "h")).toEqual(["hgrm", "hlog"]);
    expect(offered("export", "-o", "not")).toEqual(["notes.txt"]);
    expect(offered("run", "--seed", "")).toEqual([""]);
    expect(offered("completions", "")).toEqual(["bash", "fish", "zsh"]);
    expect(offered("behaviours", "busy")).toEqual(["busy-guest"]);
  });

  it("offers scenarios and directories as a scenario, blanks in their names or not", () => {
    expect(offered("run", "")).toEqual(["kept", "my own.yaml", "overcommit.yaml"]);
  });
});

describe.skipIf(!has("zsh"))("klpsim completions zsh", () => {
  it("completes commands, options, policies, files and choices", () => {
    const typed = [
      "klpsim do",
      "klpsim run --pol",
      "klpsim run --policy linux-5.19",
      "klpsim run overc",
      "klpsim export --format mark",
    ];
    expect(
      ask("zsh", "-f", zshScript, "completions.zsh", ...typed)
        .split("\n")
        .slice(0, -1),
    ).toEqual([
      "klpsim doctor ",
      "klpsim run --policy ",
      "klpsim run --policy linux-5.19 ",
      "klpsim run overcommit.yaml ",
      "klpsim export --format markdown ",
    ]);
  });
});

describe.skipIf(!has("fish"))("klpsim completions fish", () => {
  const offered = (line: string) =>
    ask("fish", "--no-config", "-c", `source completions.fish; complete -C '${line}'`)
      .trim()
      .split("\n")
      .map((one) => one.split("\t")[0]);

  it("completes commands, options, policies, files and choices", () => {
    expect(offered("klpsim do")).toEqual(["doctor"]);
    expect(offered("klpsim run --pol")).toEqual(["--policy"]);
    expect(offered("klpsim run --policy kvm-d")).toEqual(["kvm-direct"]);
    expect(offered("klpsim run overc")).toEqual(["overcommit.yaml"]);
    expect(offered("klpsim export --format h")).toEqual(["hgrm", "hlog"]);
  });
});

describe("The manual", () => {
  it.each([
    ["man", "docs/klpsim.1"],
    ["markdown", "docs/cli.md"],
  ])("Always: as %s, is what the commands say (npm run manual writes it)", async (format, path) => {
    expect((await klpsim("manual", format)).stdout).toBe(readFileSync(path, "utf8"));
  });

  it("Always: each command says what it is, shows examples of itself, and its exit status", () => {
    const page = readFileSync("docs/cli.md", "utf8");
    const parts = page.split(/^## klpsim /m).slice(1);
    expect(parts.length).toBeGreaterThan(8);
    for (const part of parts) {
      const [name] = part.split("\n");
      expect(part, name).toMatch(new RegExp(`\nExamples:\n(?: .*\n)*.*klpsim ${name}`));
      expect(part, name).toMatch(/\nExit status: 0 /);
    }
  });
});
