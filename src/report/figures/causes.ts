// What holds transitions up and what the chase costs, as bars: who switched last, where the stuck ones are, disturbance by kind.

import type { PolicyResult } from "../../results/result.js";
import { COSTS } from "../costs.js";
import { count, percent } from "../format.js";
import { barPanels, type Panel, type Row } from "./bars.js";
import type { Figure } from "./figure.js";

const ROWS_MAX = 5;
/** With more policies than that, each has one row. */
export const PANELS_MAX = 12;

export function placeName(place: { class: string; phase: string }): string {
  return place.class === "idle" ? "idle tasks" : `${place.class} ${place.phase}`;
}

interface Cause {
  label: string;
  share: number;
}

/** Undefined where nobody was seen to hold anything up. */
export function blameFigure(results: readonly PolicyResult[]): Figure | undefined {
  const causes = results.map(({ blame }): Cause[] =>
    blame.map(({ share, mechanism, ...place }) => ({ label: `${placeName(place)}, ${mechanism}`, share })),
  );
  return causeFigure(results, causes, {
    name: "blame",
    title: "What holds transitions up",
    caption:
      "Who switched last, where it was and what switched it: shares of the completed transitions in which somebody had to be waited for.",
  });
}

export function stuckFigure(results: readonly PolicyResult[]): Figure | undefined {
  const causes = results.map(({ stuck }): Cause[] =>
    stuck.map(({ share, ...place }) => ({ label: placeName(place), share })),
  );
  return causeFigure(results, causes, {
    name: "stuck",
    title: "Where the stuck ones are",
    caption: "Tasks left at the horizon, over the transitions that did not complete by then.",
  });
}

function causeFigure(
  results: readonly PolicyResult[],
  causes: Cause[][],
  words: Pick<Figure, "name" | "title" | "caption">,
): Figure | undefined {
  const some = results.flatMap(({ policy }, i) =>
    causes[i]!.length > 0 ? [{ policy, series: i, causes: causes[i]! }] : [],
  );
  if (some.length === 0) return undefined;
  const panels = some.length > PANELS_MAX ? [onePanel(some)] : some.map(panelOf);
  const told = some.map(({ policy, causes: [first] }) => `${policy}: ${first!.label} ${percent(first!.share)}.`);
  return { ...words, description: told.join(" "), draw: (style) => barPanels(panels, style, 1) };
}

interface PolicyCauses {
  policy: string;
  series: number;
  causes: Cause[];
}

function panelOf({ policy, series, causes }: PolicyCauses): Panel {
  const rows = causes.slice(0, ROWS_MAX).map((cause): Row => bar(cause.label, cause.share));
  const rest = causes.slice(ROWS_MAX);
  const left = rest.reduce((sum, { share }) => sum + share, 0);
  if (rest.length > 0) rows.push(bar(`${rest.length} more`, left));
  return { title: policy, series, rows };
}

function onePanel(some: PolicyCauses[]): Panel {
  return {
    title: "The commonest of each policy",
    rows: some.map(({ policy, causes: [first], series }) => ({
      ...bar(`${policy}: ${first!.label}`, first!.share),
      series,
    })),
  };
}

function bar(label: string, share: number): Row {
  return { label, value: share, text: percent(share) };
}

/** The kinds that any policy causes; undefined if there is none. */
export function disturbanceFigure(results: readonly PolicyResult[]): Figure | undefined {
  const kinds = COSTS.filter(({ kind }) => results.some(({ disturbance }) => disturbance[kind] > 0));
  if (kinds.length === 0) return undefined;
  const panels = kinds.map(
    ({ kind, title }): Panel => ({
      title,
      rows: results.map(({ policy, disturbance }, series) => ({
        label: policy,
        value: disturbance[kind],
        text: count(disturbance[kind]),
        series,
      })),
    }),
  );
  const told = panels.map(
    ({ title, rows }) => `${title}: ${rows.map(({ label, text }) => `${label} ${text}`).join(", ")}.`,
  );
  return {
    name: "disturbance",
    title: "What the chase costs",
    caption: "Means per transition; each kind has its own scale.",
    description: told.join(" "),
    draw: (style) => barPanels(panels, style),
  };
}
