// The run's plots, growing while it goes on: curves, bars, one cross-hair for both, buttons that take policies out, the data as tables.

import { useComputed } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { timeLabel } from "../../../src/report/figures/axes.js";
import { chance } from "../../../src/report/headline.js";
import type { ReportTable as Table } from "../../../src/report/report-table.js";
import { chanceBounds } from "../../../src/report/tables/run-tables.js";
import { Folded } from "../folded.js";
import type { RunView } from "../protocol.js";
import { hidden } from "../state.js";
import { useTask } from "../tasks.js";
import type { LayerOf } from "./banded.js";
import { ccdfLayer } from "./ccdf-layer.js";
import { isWhole, oddsAt, type Span, spanOf } from "./columns.js";
import { histogramLayer } from "./histogram-layer.js";
import { Mark } from "./mark.js";
import { ReportTable } from "./report-table.js";
import { curveTable, histogramTable } from "./tables.js";
import { openTimePlot, pointed, type TimePlot } from "./time-plot.js";
import "./plots.css";

export function Plots({ view }: { view: RunView }) {
  return (
    <section class="plots" aria-labelledby="plots-title">
      <h2 id="plots-title">How long transitions take</h2>
      <Policies view={view} />
      <h3>P(transition takes longer than t)</h3>
      <CrossHair view={view}>
        <PlotOf layer={ccdfLayer} view={view} />
      </CrossHair>
      <p class="axis-title">time since the flags were set; bands are 95% intervals</p>
      <Data title="The curves as a table" table={curveTable} view={view} />
      {isWhole(view) ? (
        <>
          <h3>When they complete</h3>
          <PlotOf layer={histogramLayer} view={view} />
          <p class="axis-title">time to completion; each row has its own scale, bands are 95% intervals</p>
          <Data title="The bars as a table" table={histogramTable} view={view} />
        </>
      ) : (
        <p class="hint">
          The file has quantiles and odds, not the whole distribution: the curves are known at their steps, between them
          P is at most what they show, and there are no bars.
        </p>
      )}
    </section>
  );
}

/** One plot for as long as the run has the same policies. */
function PlotOf({ layer, view }: { layer: LayerOf; view: RunView }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<TimePlot>(null);
  const latest = useRef(view);
  latest.current = view;
  const names = view.policies.map(({ policy }) => policy).join("\n");
  useTask(() => {
    const isHidden = (policy: string) => hidden.peek().has(policy);
    const opened = openTimePlot(
      host.current!,
      layer(names.split("\n"), () => latest.current, isHidden),
    );
    plot.current = opened;
    return () => opened.close();
  }, [names, layer]);
  const without = hidden.value;
  useTask(() => {
    const { horizonSeconds, done } = view;
    plot.current!.update({ span: spanOf(view), horizonSeconds, growing: !done });
  }, [view, without, names]);
  return <div class="plot" ref={host} />;
}

/** Each policy takes itself out and in, and says what it is at the cross-hair. */
function Policies({ view }: { view: RunView }) {
  const at = pointed.value;
  return (
    <>
      <p class="at" id="cross-hair-at">
        P(T &gt; {timeLabel(1000 * Number(at.toPrecision(3)))}):
      </p>
      <ul class="policies">
        {view.result.results.map(({ policy, replicas }, i) => {
          const isShown = !hidden.value.has(policy);
          const { above, low, high } = oddsAt(view, i, at);
          return (
            <li key={policy}>
              <button
                type="button"
                aria-pressed={isShown}
                onClick={() => toggle(policy)}
                title={`show ${policy} in the plots`}
              >
                <Mark series={i} />
                {policy}
              </button>
              {replicas > 0 ? (
                <span>
                  {chance(above)} <small>{chanceBounds(low, high)}</small>
                </span>
              ) : (
                <span class="waiting">not yet</span>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function toggle(policy: string): void {
  const now = new Set(hidden.peek());
  if (!now.delete(policy)) now.add(policy);
  hidden.value = now;
}

const STEPS = 200; // of the whole axis

/** Arrow keys move the cross-hair; the values stand in the list of policies, and are said. */
function CrossHair({ view, children }: { view: RunView; children: preact.ComponentChildren }) {
  const span = useMemo(() => spanOf(view), [view]);
  const said = useComputed(() => {
    const at = pointed.value;
    const values = view.policies.flatMap(({ policy }, i) =>
      hidden.value.has(policy) ? [] : [`${policy} ${chance(oddsAt(view, i, at).above)}`],
    );
    return `${timeLabel(1000 * Number(at.toPrecision(3)))}: ${values.join(", ")}`;
  });
  return (
    <div
      class="cross-hair"
      role="slider"
      tabIndex={0}
      aria-label="Cross-hair of the plot, in seconds"
      aria-orientation="horizontal"
      aria-valuemin={span.from}
      aria-valuemax={span.to}
      aria-valuenow={pointed.value}
      aria-valuetext={said.value}
      onKeyDown={(event) => moved(event, span)}
    >
      {children}
    </div>
  );
}

function moved(event: KeyboardEvent, { from, to }: Span): void {
  const step = Math.log(to / from) / STEPS;
  const by: Record<string, number> = {
    ArrowLeft: -step,
    ArrowDown: -step,
    ArrowRight: step,
    ArrowUp: step,
    PageDown: -20 * step,
    PageUp: 20 * step,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  };
  const found = by[event.key];
  if (found === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  pointed.value = Math.min(to, Math.max(from, pointed.peek() * Math.exp(found)));
}

function Data({ title, table, view }: { title: string; table: (view: RunView) => Table; view: RunView }) {
  return (
    <Folded class="data" title={title}>
      {() => <ReportTable table={table(view)} />}
    </Folded>
  );
}
