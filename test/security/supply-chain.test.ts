// What is installed with klpsim, as the lock file has it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../spawned.js";

interface Locked {
  version?: string;
  dev?: boolean;
  integrity?: string;
  hasInstallScript?: boolean;
}

const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), "utf8"));
const { scripts, dependencies = {}, devDependencies, optionalDependencies = {} } = read("package.json");
const all: Record<string, Locked> = read("package-lock.json").packages;
/** What a user gets; the rest is for who builds klpsim. */
const installed = Object.entries(all).filter(([path, { dev }]) => path !== "" && !dev);

it("Always: a package is the one whose SHA-512 the lock file has", () => {
  expect(installed.length).toBeGreaterThan(0);
  expect(installed.filter(([, { integrity }]) => !integrity?.startsWith("sha512-")).map(([path]) => path)).toEqual([]);
});

it("Never: does a package run a script when it is installed, klpsim's own included", () => {
  expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  for (const when of ["preinstall", "install", "postinstall", "prepare"]) expect(scripts).not.toHaveProperty(when);
});

it("Always: every dependency has one version, not a range", () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
    expect({ name, version }).toEqual({ name, version: expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.]+)?$/) });
});
