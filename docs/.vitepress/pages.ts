// Which page stands where: four parts, told apart by what the reader wants (learn, do, look up, understand).

import { readdirSync } from "node:fs";

interface Page {
  text: string;
  /** Without extension, from docs/. */
  file: string;
}

interface Part {
  text: string;
  pages: Page[];
}

const page = (file: string, text: string): Page => ({ file, text });

const PARTS: Part[] = [
  {
    text: "Tutorial",
    pages: [page("tutorial", "From a question to an answer")],
  },
  {
    text: "How to",
    pages: [
      page("how-to/compare-policies", "Compare policies before writing kernel code"),
      page("how-to/sweep-parameters", "Sweep parameters"),
      page("how-to/fit-a-trace", "Fit a trace"),
      page("measurements", "Compare with your own measurements"),
      page("scale", "Scale out"),
      page("how-to/use-in-ci", "Use it in CI"),
      page("how-to/use-in-node", "Use the library in Node"),
      page("how-to/use-in-a-browser", "Use it in a browser"),
      page("add-an-era", "Add a kernel era"),
    ],
  },
  {
    text: "Reference",
    pages: [
      page("cli", "The command line"),
      page("scenario", "The scenario"),
      page("policies", "Policies"),
      page("behaviours", "Behaviours"),
      page("results", "The JSON of results"),
      page("run-directory", "The directory of a run"),
      page("api", "The library"),
      page("explain", "explain"),
      page("compare", "compare"),
      page("sweep", "sweep"),
      page("replay", "replay"),
      page("report", "report"),
      page("record", "fit, and recording"),
      page("patch", "Patched functions"),
      page("blame", "--blame"),
      page("rare", "--rare"),
      page("litmus", "litmus"),
    ],
  },
  {
    text: "Explanation",
    pages: [
      page("livepatch", "How livepatch transitions work"),
      page("model", "The model and its sources"),
      page("rules", "The rules to the tick"),
      page("statistics", "Statistics"),
      page("validation", "Validation"),
      page("sensitivity", "Sensitivity"),
      page("rseq", "rseq across migrations"),
      page("memory-fault", "Memory-fault exits"),
      page("performance", "Performance"),
      page("design", "Design"),
      page("dependencies", "Dependencies"),
      page("security", "Security"),
    ],
  },
];

const NO_PAGES = ["pictures", ".vitepress"];

/** All pages there are in a directory, without extension. */
export function pagesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(directory.length + 1, -".md".length))
    .filter((file) => !NO_PAGES.some((folder) => file.startsWith(`${folder}/`)))
    .sort();
}

/** The sidebar of those that there are; one that has no place yet stands under More. */
export function sidebar(files: readonly string[]): { text: string; items: { text: string; link: string }[] }[] {
  const placed = new Set(["index", ...PARTS.flatMap(({ pages }) => pages.map(({ file }) => file))]);
  const more = files.filter((file) => !placed.has(file)).map((file) => page(file, file));
  return [...PARTS, { text: "More", pages: more }]
    .map(({ text, pages }) => ({
      text,
      items: pages
        .filter(({ file }) => files.includes(file))
        .map((each) => ({ text: each.text, link: `/${each.file}` })),
    }))
    .filter(({ items }) => items.length > 0);
}
