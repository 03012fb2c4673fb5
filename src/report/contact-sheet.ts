// All cells' plots on one page, those that need a look first.

import type { Validation, Verdict } from "../validate/validate.js";
import { describe, titleOf } from "./cell-plot.js";
import { escaped } from "./svg.js";

const SECTIONS: [Verdict, string][] = [
  ["rejected", "Rejected"],
  ["undecidable", "Undecidable: too few rows"],
  ["excluded", "Excluded, and why"],
  ["agree", "Agree"],
];

const STYLE = `
:root { color-scheme: light; }
body { margin: 2rem; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; color: #1f2328; background: #fff; }
section { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 1.25rem; }
figure { margin: 0; border: 1px solid #d0d7de; border-radius: 6px; overflow: hidden; }
img { display: block; width: 100%; height: auto; }
figcaption { padding: 0.4rem 0.9rem 0.6rem; font-size: 0.85rem; color: #57606a; }`;

/** `files`: each cell's picture, in the order of the cells. */
export function contactSheet({ cells, alpha }: Validation, files: readonly string[]): string {
  const sections = SECTIONS.flatMap(([verdict, heading]) => {
    const figures = cells.flatMap((cell, i) => {
      if (cell.verdict !== verdict) return [];
      const file = encodeURIComponent(files[i] ?? "");
      const alt = escaped(`${titleOf(cell)}. ${describe(cell)}`);
      const caption = [cell.file, cell.reason].filter(Boolean).join(": ");
      return [
        `<figure><a href="${file}"><img src="${file}" alt="${alt}" width="760" height="470" loading="lazy"></a><figcaption>${escaped(caption)}</figcaption></figure>`,
      ];
    });
    return figures.length === 0
      ? []
      : [`<h2>${heading} (${figures.length})</h2>`, "<section>", ...figures, "</section>"];
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>klpsim validate: measured and simulated transitions</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>Measured and simulated transitions</h1>
<p>Steps: the share of the measured transitions that had completed by then; each mark at the foot is one of them. Curve: the same of the simulated ones. Band: where, at each time by itself, 99% of samples as large as the measured one lie if the simulation is right. Shaded: when rounds are sent. Verdicts are at ${Number((100 * alpha).toPrecision(6))}% after Holm's correction, of times rounded to 50 ms or 2%; the pictures show them as they are.</p>
${sections.join("\n")}
</body>
</html>
`;
}
