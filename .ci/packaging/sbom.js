// Writes sbom.cdx.json: all that klpsim installs, as npm lists it, and what is inside its own files. The same bytes for the same
// package-lock.json and build: npm run sbom; node .ci/packaging/sbom.js FILE writes elsewhere.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledPackages, ROOT } from "./bundled.js";

function sbomText() {
  const npm = ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--omit", "dev", "--omit", "peer"];
  const bom = JSON.parse(
    execFileSync("npm", npm, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  const { serialNumber: _serial, metadata, components, dependencies, ...rest } = bom;
  const { timestamp: _timestamp, tools: _tools, component, ...described } = metadata;
  const inside = bundledPackages();
  const root = component["bom-ref"];
  return `${JSON.stringify(
    {
      ...rest,
      metadata: { ...described, component: { ...component, name: "klpsim" } },
      components: [...components, ...inside.map(bundledComponent)].sort(byReference("bom-ref")),
      dependencies: [
        ...dependencies.map((one) =>
          one.ref === root ? { ...one, dependsOn: [...one.dependsOn, ...inside.map(reference)].sort() } : one,
        ),
        ...inside.map((one) => ({ ref: reference(one), dependsOn: [] })),
      ].sort(byReference("ref")),
    },
    null,
    2,
  )}\n`;
}

function reference({ name, version }) {
  return `${name}@${version}`;
}

function bundledComponent({ name, version, licence }) {
  return {
    "bom-ref": reference({ name, version }),
    type: "library",
    name,
    version,
    scope: "required",
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    properties: [{ name: "klpsim:bundled", value: "true" }],
    licenses: [licence.includes(" ") ? { expression: licence } : { license: { id: licence } }],
  };
}

function byReference(key) {
  return (a, b) => (a[key] < b[key] ? -1 : 1);
}

writeFileSync(process.argv[2] ?? join(ROOT, "sbom.cdx.json"), sbomText());
