// Which packages are inside what the package ships. A plugin notes them as it bundles; the lists of licences and parts read the notes.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const NOTES = join(ROOT, "build/bundled");
const IN_MODULES = ["assemblyscript"]; // its standard library is compiled into build/*.wasm

/** For rolldown and Vite: writes the names of the packages whose modules ended up in what it bundled. */
export function noteBundled(note) {
  return {
    name: "note-bundled",
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === "chunk" ? Object.keys(part.modules) : []));
      const styles = [...this.getModuleIds()].filter((id) => /\.css(\?|$)/.test(id));
      const packages = new Set([...modules, ...styles].map(packageOf).filter((name) => name !== undefined));
      mkdirSync(NOTES, { recursive: true });
      writeFileSync(join(NOTES, `${note}.json`), `${JSON.stringify([...packages].sort())}\n`);
    },
  };
}

function packageOf(module) {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(module)?.[1].replaceAll("\\", "/");
}

function noted() {
  const notes = readdirSync(NOTES).map((file) => JSON.parse(readFileSync(join(NOTES, file), "utf8")));
  return [...new Set([...IN_MODULES, ...notes.flat()])];
}

const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));

const byName = (a, b) => (a.name < b.name ? -1 : 1);

/** Packages inside what is shipped, by name: version, licence, and where they are. */
export function bundledPackages() {
  return noted()
    .map((name) => locked(`node_modules/${name}`))
    .sort(byName);
}

/** Packages that are installed with klpsim, on any machine, by name. */
export function installedPackages() {
  return Object.entries(packages)
    .filter(([path, { dev, peer, devOptional }]) => path !== "" && !dev && !peer && !devOptional)
    .map(([path, { optional }]) => ({ ...locked(path), optional: optional === true }))
    .sort(byName);
}

function locked(path) {
  const entry = packages[path];
  if (entry === undefined) throw new Error(`${path} is bundled, but not in package-lock.json at the top`);
  return { name: path.replace(/.*node_modules\//, ""), version: entry.version, licence: entry.license, path };
}
