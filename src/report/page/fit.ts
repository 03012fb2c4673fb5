// The page of a fit: how good the recording is, its classes, and every duration with the law that was fitted to it.

import type { ClassReport, FitResult, PhaseReport } from "../../results/fit-result.js";
import { durationWords } from "../duration-words.js";
import { fitFigure } from "../figures/fit.js";
import { fitAnswer } from "../fit-answer.js";
import type { Block, Section } from "../sections.js";
import { classTable, lawTable, phaseTable, traceTable, unreadableTable } from "../tables/fit-tables.js";
import { answer, documentOf, sectionOf } from "./blocks.js";
import { type Html, html } from "./html.js";

/** `profile`: the scenario's text; `styleHash`: SHA-256 of the style sheet in base64. */
export function fitPageOf(result: FitResult, profile: string, styleHash: string): string {
  const sections = [qualitySection(result), classSection(result), ...result.classes.map(durationSection)];
  const id = (i: number) => `s${i}`;
  const titles = [...sections.map(({ title }) => title), "The profile"];
  const body = html`<header>
<h1>${result.traces.map(({ name }) => name).join(", ")}: fit</h1>
${answer(fitAnswer(result))}
<nav aria-label="Parts of the page"><ul>${titles.map((title, i) => html`<li><a href="#${id(i)}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map((section, i) => sectionOf(section, id(i)))}
${profileOf(profile, id(sections.length))}
</main>
`;
  return documentOf(`${String(result.scenario.name)}: klpsim fit`, body, styleHash);
}

function profileOf(profile: string, id: string): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">The profile</h2>
<pre tabindex="0">${profile}</pre>
</section>`;
}

function qualitySection(result: FitResult): Section {
  const unreadable = unreadableTable(result);
  const tables = [traceTable(result), ...(unreadable === undefined ? [] : [unreadable])];
  return { title: "The recording", blocks: tables.map((table) => ({ kind: "table", table })) };
}

const HOW_TO_READ =
  "Below, of each duration: how often it lasts longer than so much, as it was seen (Kaplan and Meier's estimate, cut ones taken for what they are) and by the law; and quantile against quantile, where points on the line say that they agree.";

function classSection(result: FitResult): Section {
  return {
    title: "Classes",
    blocks: [
      { kind: "table", table: classTable(result) },
      { kind: "table", table: phaseTable(result) },
      { kind: "sentence", text: HOW_TO_READ },
    ],
  };
}

function durationSection({ name, phases }: ClassReport): Section {
  return { title: name, blocks: phases.flatMap((phase) => phaseBlocks(name, phase)) };
}

function phaseBlocks(name: string, { name: phase, mode, call, duration }: PhaseReport): Block[] {
  const title = `${phase}: ${mode}${call === null ? "" : `, in ${call}`}`;
  const { laws, meanNs } = duration;
  const unbounded = Number.POSITIVE_INFINITY;
  const mean = meanNs && { ...meanNs, value: meanNs.value ?? unbounded, high: meanNs.high ?? unbounded };
  const caption = durationWords(laws[0]?.family ?? "unknown", { ...duration, mean });
  const figure = fitFigure(duration, { name: `${name}-${phase}`, title, caption });
  const drawn: Block =
    figure === undefined ? { kind: "sentence", text: `${title}. ${caption}` } : { kind: "figure", figure };
  return [drawn, { kind: "table", table: lawTable(duration) }];
}
