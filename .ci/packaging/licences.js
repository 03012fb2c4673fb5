// Writes THIRD-PARTY-LICENSES.md: what klpsim ships and what is installed with it, under which licences, with their texts. After a
// build: npm run licences; node .ci/packaging/licences.js FILE writes elsewhere.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledPackages, installedPackages, ROOT } from "./bundled.js";

const FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;
const PLATFORM = /-(android|darwin|freebsd|linux|openharmony|win32)-/;

function licencesText() {
  const bundled = bundledPackages();
  const installed = installedPackages();
  const withText = [...bundled, ...installed.filter(({ name }) => !PLATFORM.test(name))];
  return `# Licences of others' work

klpsim itself is under Apache-2.0 (LICENSE). This file is written by \`npm run licences\`.

## In klpsim's own files

Bundled into the command, the library, the page and the WebAssembly modules:

| package | version | licence |
| --- | --- | --- |
${bundled.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join("\n")}

## Installed with klpsim

| package | version | licence | |
| --- | --- | --- | --- |
${installed.map(({ name, version, licence, optional }) => `| ${name} | ${version} | ${licence} | ${optional ? "optional" : ""} |`).join("\n")}

Packages that are named after a platform are the same work, compiled; npm installs the one that fits.

## The texts

${textsOf(withText)}`;
}

/** Each text once, with the packages that have it. */
function textsOf(packages) {
  const holders = new Map();
  for (const one of packages) {
    const text = textOf(one);
    holders.set(text, [...(holders.get(text) ?? []), `${one.name} ${one.version}`]);
  }
  return [...holders].map(([text, names]) => `### ${[...new Set(names)].join(", ")}\n\n${fenced(text)}\n`).join("\n");
}

function textOf({ name, path, licence }) {
  const directory = join(ROOT, path);
  const files = existsSync(directory)
    ? readdirSync(directory)
        .filter((file) => FILE.test(file))
        .sort()
    : [];
  const texts = files.map((file) => readFileSync(join(directory, file), "utf8").replaceAll("\r\n", "\n").trim());
  if (texts.length > 0) return texts.join("\n\n");
  const { author } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const whose = typeof author === "object" ? author.name : author;
  if (licence === "MIT") return mit(whose.replace(/ *<.*/, ""));
  if (licence === "Apache-2.0")
    return `Licensed under the Apache License, Version 2.0: LICENSE, beside this file. By ${whose}.`;
  throw new Error(`${name} has no file with the text of ${licence}`);
}

/** For a package that says MIT and has no file of it. */
function mit(whose) {
  return `MIT License

Copyright (c) ${whose}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

function fenced(text) {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}text\n${text.replace(/[ \t]+$/gm, "")}\n${fence}`;
}

writeFileSync(process.argv[2] ?? join(ROOT, "THIRD-PARTY-LICENSES.md"), licencesText());
