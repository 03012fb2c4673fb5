// The benches are run by hand, seldom: what they take from klpsim's modules is there all the same.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

const BENCH = join(import.meta.dirname, "../../bench");
const FROM_DIST = /import \{([^}]+)\} from "(?:\.\.\/)+dist\/([^"]+)\.js"/g;

const taken = readdirSync(BENCH, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".js"))
  .flatMap((file) =>
    [...readFileSync(join(BENCH, file), "utf8").matchAll(FROM_DIST)].map(([, names, module]) => {
      return { file, module: module!, names: names!.split(",").map((name) => name.trim()) };
    }),
  );

it.each(taken)("bench/$file finds what it imports from $module", async ({ module, names }) => {
  const found = await import(pathToFileURL(join(BENCH, "../dist", `${module}.js`)).href);
  expect(Object.keys(found)).toEqual(expect.arrayContaining(names.filter((name) => name !== "")));
});
