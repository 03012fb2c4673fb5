// What the package says of itself and of others' work in it: licences, parts, dependencies, citation. All are read out of a build.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../spawned.js";

interface Locked {
  version: string;
  license: string;
  dev?: boolean;
  peer?: boolean;
  devOptional?: boolean;
}

interface Sbom {
  metadata: { component: { name: string; version: string } };
  components: { name: string; version: string; purl: string; properties?: { name: string }[] }[];
}

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const manifest = JSON.parse(read("package.json"));
const locked: Record<string, Locked> = JSON.parse(read("package-lock.json")).packages;
const directory = mkdtempSync(join(tmpdir(), "klpsim-parts-"));
afterAll(() => rmSync(directory, { recursive: true }));

function written(script: string): string {
  const file = join(directory, script);
  execFileSync(process.execPath, [join(ROOT, ".ci", "packaging", script), file], { stdio: "pipe" });
  return readFileSync(file, "utf8");
}

const shown = (name: string) => `${name.replace(/.*node_modules\//, "")}@${locked[name]!.version}`;

describe("Others' work", () => {
  it("THIRD-PARTY-LICENSES.md is what npm run licences writes", () => {
    expect(read("THIRD-PARTY-LICENSES.md") === written("licences.js"), "npm run licences").toBe(true);
  });

  it("has no licence that asks for more than its text to be passed on", () => {
    const licences = [...read("THIRD-PARTY-LICENSES.md").matchAll(/^\| (\S+) \| \S+ \| (.+?) \|/gm)].slice(2);
    const known = /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|\(MIT AND Zlib\)|licence|---)$/;
    const others = licences.filter(([, , licence]) => !known.test(licence!)).map(([, name]) => name);
    expect(others.filter((name) => !name!.startsWith("@resvg/resvg-js"))).toEqual([]); // MPL-2.0, optional, as it is
  });

  it("sbom.cdx.json is what npm run sbom writes, without time or chance", () => {
    expect(read("sbom.cdx.json") === written("sbom.js"), "npm run sbom").toBe(true);
    expect(read("sbom.cdx.json")).not.toMatch(/"(timestamp|serialNumber)"/);
  });

  it("sbom.cdx.json has exactly what is installed, and what is bundled", () => {
    const { metadata, components }: Sbom = JSON.parse(read("sbom.cdx.json"));
    expect(metadata.component).toMatchObject({ name: "klpsim", version: manifest.version });
    const isBundled = ({ properties }: Sbom["components"][number]) =>
      properties?.some(({ name }) => name === "klpsim:bundled") === true;
    const installed = components.filter((one) => !isBundled(one)).map(({ name, version }) => `${name}@${version}`);
    const wanted = Object.keys(locked).filter((path) => {
      const { dev, peer, devOptional } = locked[path]!;
      return path !== "" && !dev && !peer && !devOptional;
    });
    expect(installed.sort()).toEqual(wanted.map(shown).sort());
    const bundled = components.filter(isBundled).map(({ name }) => name);
    expect(bundled).toEqual(expect.arrayContaining(["assemblyscript", "zod", "yaml", "commander", "preact", "uplot"]));
  });
});

describe("docs/dependencies.md", () => {
  const rows = [...read("docs/dependencies.md").matchAll(/^\| (\S+) \| (\S+) \| (\S+) \| ([^|]+) \| ([^|]+) \|$/gm)]
    .map(([, name, version, licence]) => ({ name: name!, version, licence }))
    .filter(({ name }) => name !== "package" && name !== "---");

  it("names all that is installed, may be installed or is bundled of klpsim's choice, with its version", () => {
    const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
    const { components }: Sbom = JSON.parse(read("sbom.cdx.json"));
    const chosen = components.filter(({ name }) => name in devDependencies && name !== "assemblyscript");
    const bundled = Object.fromEntries(chosen.map(({ name }) => [name, devDependencies[name]]));
    const wanted = { ...dependencies, ...optionalDependencies, ...peerDependencies, ...bundled };
    expect(Object.fromEntries(rows.map(({ name, version }) => [name, version]))).toEqual(wanted);
  });

  it("says the licence that each has", () => {
    for (const { name, licence } of rows)
      expect([name, licence]).toEqual([name, locked[`node_modules/${name}`]?.license]);
  });

  it("Never: does anything that is installed with klpsim run a script", () => {
    const scripted = Object.entries(locked).filter(
      ([path, one]) => path !== "" && !one.dev && !one.peer && "hasInstallScript" in one,
    );
    expect(scripted).toEqual([]);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });
});

describe("What klpsim says of itself", () => {
  it("CITATION.cff has what CFF 1.2.0 asks for, and the package's version and licence", () => {
    const citation = parse(read("CITATION.cff"));
    expect(citation).toMatchObject({
      "cff-version": "1.2.0",
      type: "software",
      version: manifest.version,
      license: manifest.license,
      authors: [{ name: "The klpsim developers" }],
    });
    for (const field of ["message", "title", "abstract"]) expect(citation[field]).toEqual(expect.any(String));
  });

  it("LICENSE is the Apache License 2.0, whole", () => {
    const licence = read("LICENSE");
    for (const part of [
      "Version 2.0, January 2004",
      "9. Accepting Warranty",
      "END OF TERMS AND CONDITIONS",
      "APPENDIX",
    ])
      expect(licence).toContain(part);
    expect(licence.trim().split("\n").length).toBeGreaterThan(195);
  });

  it("CHANGELOG.md has a section for the package's version", () => {
    const sections = [...read("CHANGELOG.md").matchAll(/^## \[?([^\]\n]+?)\]?( - .*)?$/gm)].map(([, name]) => name);
    expect(sections[0]).toBe("Unreleased");
    expect(sections).toContain(manifest.version);
  });
});
