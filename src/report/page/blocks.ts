// Parts of a page: the answer, and sections of sentences, tables and pictures; and the document around them.

import { inlineSvg } from "../figures/figure.js";
import { seriesShape } from "../figures/marks.js";
import { PAGE } from "../figures/theme.js";
import type { Answer } from "../headline.js";
import type { Picture } from "../report-input.js";
import type { ReportTable, TableCell } from "../report-table.js";
import type { Block, Section } from "../sections.js";
import { element } from "../svg.js";
import { type Content, type Html, html, trusted } from "./html.js";
import { STYLE, WIDTHS } from "./style.js";

/** A whole file. `styleHash`: SHA-256 of the style sheet in base64, by which alone the browser accepts it. */
export function documentOf(title: string, bodies: Content, styleHash: string): string {
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${bodies}
<footer>Made by klpsim, a simulator of Linux livepatch transitions. Intervals are at 95% unless they say otherwise.</footer>
</body>
</html>
`.text
  }`;
}

export function answer({ headline, findings, warnings }: Answer): Html {
  return html`<p class="answer">${headline}</p>
${findings.length > 0 ? html`<ul>${findings.map((finding) => html`<li>${finding}</li>`)}</ul>` : ""}
${warnings.map((warning) => html`<p class="warning"><strong class="warn">Mind:</strong> ${warning}</p>`)}`;
}

export function sectionOf({ title, blocks }: Section, id: string): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${blocks.map(blockOf)}
</section>
`;
}

function blockOf(block: Block): Html {
  if (block.kind === "sentence") return html`<p>${block.text}</p>`;
  if (block.kind === "table") return tableOf(block.table);
  if (block.kind === "picture") return pictureOf(block.picture);
  const { figure } = block;
  const drawn = (["narrow", "wide"] as const).map((size) =>
    inlineSvg(figure, { width: WIDTHS[size], theme: PAGE }, size),
  );
  return html`<h3>${figure.title}</h3>
<figure>
<figcaption>${figure.caption}</figcaption>
${drawn.map(trusted)}
</figure>
`;
}

/** On white paper in both themes where there is no dark one. */
function pictureOf({ title, light, dark }: Picture): Html {
  const scroll = (svg: string, className: string) =>
    html`<div class="scroll paper ${className}" tabindex="0" role="region" aria-label="${title}">${trusted(withoutIds(svg))}</div>`;
  return html`<h3>${title}</h3>
<figure>
${dark === undefined ? scroll(light, "") : [scroll(light, "light"), scroll(dark, "dark")]}
</figure>
`;
}

/** Several documents in one must not share them. */
function withoutIds(svg: string): string {
  return svg.replace(/ aria-labelledby="[^"]*"/, "").replace(/ id="(title|description)"/g, "");
}

function tableOf({ caption, columns, rows }: ReportTable): Html {
  const side = (i: number) => (columns[i]!.align === "left" ? html` class="left"` : "");
  const kind = (i: number, { text }: TableCell) =>
    classOf({ left: columns[i]!.align === "left", short: text.length <= SHORT_MAX });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
<table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col"${side(i)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (
    row,
  ) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row"${kind(i, cell)}>${cellOf(cell)}</th>` : html`<td${kind(i, cell)}>${cellOf(cell)}</td>`))}</tr>
`,
)}</tbody>
</table>
</div>
`;
}

/** Words that are not to be broken. */
const SHORT_MAX = 26;

function classOf(classes: Record<string, boolean>): Html {
  const names = Object.keys(classes).filter((name) => classes[name]);
  return names.length === 0 ? html`` : html` class="${names.join(" ")}"`;
}

function cellOf({ text, note, warn, series }: TableCell): Content {
  return [
    series === undefined ? "" : markOf(series),
    warn ? html`<span class="warn">${text}</span>` : text,
    note === undefined || note === "" ? "" : html`<span class="note">${note}</span>`,
  ];
}

function markOf(series: number): Html {
  const shape = seriesShape(series, 6, 6, { width: 12, theme: PAGE });
  return trusted(element("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, [shape]));
}
