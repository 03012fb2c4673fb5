// The tab of runs: Run and Stop, then the answer in words, plots, tables, causes and the slowest, all growing while it goes on.

import { useMemo } from "preact/hooks";
import { answerOf } from "../../../src/report/headline.js";
import type { RunView } from "../protocol.js";
import { run } from "../state.js";
import { useNextTask } from "../tasks.js";
import { Causes } from "./causes.js";
import { Controls } from "./controls.js";
import { Plots } from "./plots.js";
import { ReportTable } from "./report-table.js";
import { Save } from "./save.js";
import { Slowest } from "./slowest.js";
import { costTable, latencyTable, shownOf } from "./tables.js";
import "./run.css";

export function RunTab() {
  const view = run.value;
  return (
    <div class="run">
      <Controls />
      {view === null ? (
        <p class="hint">Run the scenario: the distribution of each policy grows here while it goes on.</p>
      ) : (
        <Result view={view} />
      )}
    </div>
  );
}

function Result({ view }: { view: RunView }) {
  const late = useNextTask(view);
  return (
    <>
      <Answer view={view} />
      <Plots view={view} />
      {useMemo(() => late !== null && <Figures view={late} />, [late])}
      <Save view={view} />
    </>
  );
}

function Figures({ view }: { view: RunView }) {
  return (
    <>
      <section aria-labelledby="figures-title">
        <h2 id="figures-title">The figures</h2>
        <ReportTable table={latencyTable(view)} />
        <ReportTable table={costTable(view)} />
      </section>
      <Causes view={view} />
      <Slowest view={view} />
    </>
  );
}

function Answer({ view }: { view: RunView }) {
  const result = { ...view.result, results: shownOf(view).map((one) => one.result) };
  if (result.results.length === 0) return null;
  const { headline, findings, warnings } = answerOf({
    name: result.scenario.name,
    content: { kind: "run", result },
    horizonSeconds: view.horizonSeconds ?? undefined,
    sources: [],
  });
  return (
    <section class="answer" aria-labelledby="answer-title">
      <h2 id="answer-title">{result.scenario.name}</h2>
      <p class="headline">{headline}</p>
      {findings.length > 0 && (
        <ul>
          {findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      )}
      {warnings.map((warning) => (
        <p key={warning} class="warn">
          {warning}
        </p>
      ))}
    </section>
  );
}
