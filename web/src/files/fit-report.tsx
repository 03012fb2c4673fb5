// What a recording told: in words, its classes and phases as tables, each duration's law, and the scenario made of it.

import { durationWords } from "../../../src/report/duration-words.js";
import { fitAnswer } from "../../../src/report/fit-answer.js";
import { classTable, phaseTable, traceTable, unreadableTable } from "../../../src/report/tables/fit-tables.js";
import type { ClassReport, DurationReport } from "../../../src/results/fit-result.js";
import { ReportTable } from "../run/report-table.js";
import { download } from "../save/index.js";
import { yaml } from "../state.js";
import type { Fitted } from "./opened.js";
import { ToTheRun } from "./to-the-run.js";

const PHASES_MAX = 30;

export function FitReport({ fitted }: { fitted: Fitted }) {
  const { fit } = fitted;
  const { headline, findings, warnings } = fitAnswer(fit);
  const unreadable = unreadableTable(fit);
  return (
    <section class="fit" aria-labelledby="fit-title">
      <h2 id="fit-title">{headline}</h2>
      {warnings.map((warning) => (
        <p key={warning} class="refused">
          {warning}
        </p>
      ))}
      <Take fitted={fitted} />
      <ReportTable table={traceTable(fit)} />
      {unreadable !== undefined && <ReportTable table={unreadable} />}
      <ReportTable table={classTable(fit)} />
      <ReportTable table={phaseTable(fit, PHASES_MAX)} />
      <h3>In words</h3>
      {fit.classes.map((one) => (
        <InWords key={one.name} of={one} />
      ))}
      {findings.length > 0 && (
        <>
          <h3>What this recording cannot tell</h3>
          <ul class="findings">
            {findings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>The scenario</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre tabIndex={0}>{fitted.yaml}</pre>
      </details>
    </section>
  );
}

function Take({ fitted }: { fitted: Fitted }) {
  const taken = yaml.value === fitted.yaml;
  return (
    <p class="take">
      <button
        type="button"
        class="primary"
        disabled={taken}
        onClick={() => {
          yaml.value = fitted.yaml;
        }}
      >
        Use as scenario
      </button>
      <button
        type="button"
        onClick={() => download(new Blob([fitted.yaml], { type: "application/yaml" }), "fitted.yaml")}
      >
        Save as YAML
      </button>
      {taken && <ToTheRun />}
    </p>
  );
}

function InWords({ of: { name, phases } }: { of: ClassReport }) {
  return (
    <details>
      <summary>{name}</summary>
      <dl>
        {phases.map(({ name: phase, mode, call, duration }) => (
          <div key={phase}>
            <dt>
              {phase} <small>{call === null ? mode : `${mode}, in ${call}`}</small>
            </dt>
            <dd>{words(duration)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** An end that nothing bounds is null in JSON. */
function words(duration: DurationReport): string {
  const { meanNs, laws } = duration;
  const unbounded = Number.POSITIVE_INFINITY;
  const mean = meanNs && { ...meanNs, value: meanNs.value ?? unbounded, high: meanNs.high ?? unbounded };
  return durationWords(laws[0]?.family ?? "unknown", { ...duration, mean });
}
