// The report as one HTML file: nothing is fetched, no script runs, and a policy for contents says so to the browser.

import { answerOf } from "../headline.js";
import { provenanceOf } from "../provenance.js";
import type { Group } from "../report-input.js";
import { sectionsOf } from "../sections.js";
import { answer, documentOf, sectionOf } from "./blocks.js";
import { type Html, html } from "./html.js";

/** `styleHash`: SHA-256 of the style sheet in base64. */
export function pageOf(groups: readonly Group[], styleHash: string): string {
  const title = groups.map(({ content }) => content.result.scenario.name).join(", ") || "nothing";
  const bodies = groups.map((group, i) => groupOf(group, i, groups.length));
  return documentOf(`${title}: klpsim report`, bodies, styleHash);
}

function groupOf(group: Group, number: number, total: number): Html {
  const sections = sectionsOf(group);
  const id = (i: number) => `s${number}-${i}`;
  const { scenario } = group.content.result;
  const kind = group.content.kind;
  const heading = `${scenario.name}: ${kind === "experiment" ? "experiment" : kind} of ${group.sources.length === 1 ? group.name : `${group.sources.length} inputs`}`;
  const all = [...sections.map(({ title }) => title), "Scenario and provenance"];
  return html`<header>
${total === 1 || number === 0 ? html`<h1>${heading}</h1>` : html`<h2>${heading}</h2>`}
${answer(answerOf(group))}
<nav aria-label="Parts of ${scenario.name}"><ul>${all.map((title, i) => html`<li><a href="#${id(i)}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map((section, i) => sectionOf(section, id(i)))}
<section aria-labelledby="${id(sections.length)}">
<h2 id="${id(sections.length)}">Scenario and provenance</h2>
${provenance(group)}
</section>
</main>
`;
}

function provenance(group: Group): Html {
  const entries = provenanceOf(group);
  const { scenarioText } = group;
  return html`<dl>${entries.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${scenarioText === undefined ? html`<p class="faint">The input does not hold the scenario itself; a run directory (--out) does.</p>` : html`<h3>The scenario</h3><pre tabindex="0">${scenarioText}</pre>`}`;
}
