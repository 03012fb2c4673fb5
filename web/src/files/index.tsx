// The tab of files: results that were kept elsewhere, and recorded traces to make a scenario of.

import { useSignal } from "@preact/signals";
import { metricTable } from "../../../src/report/tables/metric-tables.js";
import { ReportTable } from "../run/report-table.js";
import { FitReport } from "./fit-report.js";
import { type Opened, open, opened } from "./opened.js";
import { ToTheRun } from "./to-the-run.js";
import "./files.css";

export function FilesTab() {
  return (
    <div class="files">
      <Chooser />
      <What of={opened.value} />
    </div>
  );
}

function Chooser() {
  const over = useSignal(false);
  const isReading = opened.value?.kind === "reading";
  const drop = (event: DragEvent) => {
    event.preventDefault();
    over.value = false;
    void open([...(event.dataTransfer?.files ?? [])]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is another way to what the field does
    <div
      class={`drop${over.value ? " over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={drop}
    >
      <label for="files-field">A result or a trace: choose it, or drop it here</label>
      <input
        id="files-field"
        type="file"
        multiple
        disabled={isReading}
        aria-describedby="files-hint"
        onChange={({ currentTarget }) => {
          void open([...(currentTarget.files ?? [])]).then(() => {
            currentTarget.value = "";
          });
        }}
      />
      <ul id="files-hint" class="hint">
        <li>
          <code>results.json</code> of a run's directory, or what <code>klpsim run</code>, <code>compare</code> or an
          experiment prints with <code>--json</code>: shown as if it had been run here.
        </li>
        <li>
          A trace of perf script, ftrace, trace-cmd, perf trace, strace, LTTng, KUtrace and others, also as .gz or .xz;
          several files of one recording together: fitted, so that it becomes a scenario.
        </li>
        <li>Nothing leaves this browser.</li>
      </ul>
    </div>
  );
}

function What({ of }: { of: Opened | null }) {
  if (of?.kind === "reading") return <Reading names={of.names} share={of.share} stop={of.stop} />;
  return (
    <>
      <p role="status" class={of?.kind === "refused" ? "refused" : "hint"}>
        {told(of)}
      </p>
      {of?.kind === "run" && (
        <p>
          <ToTheRun />
        </p>
      )}
      {of?.kind === "fit" && <FitReport fitted={of.fitted} />}
      {of?.kind === "experiment" && (
        <section aria-labelledby="file-experiment">
          <h2 id="file-experiment">{of.result.scenario.name}</h2>
          <ReportTable table={metricTable(of.result)} />
        </section>
      )}
    </>
  );
}

function told(of: Opened | null): string {
  switch (of?.kind) {
    case "refused":
      return of.message;
    case "stopped":
      return "Stopped.";
    case "run":
      return `${of.name} is shown under Run.`;
    case "replay":
      return `${of.name}: the replay of replica ${of.replay.replica} under ${of.replay.policy}; it is shown under Replay.`;
    case "experiment":
      return `${of.name}: an experiment's result.`;
    case "fit":
      return `Fitted ${of.fitted.fit.traces.map(({ name }) => name).join(", ")}.`;
    default:
      return "";
  }
}

function Reading({ names, share, stop }: { names: string[]; share: number | null; stop: () => void }) {
  const text = share === null || share < 1 ? `Reading ${names.join(", ")}` : "Fitting";
  return (
    <div class="reading">
      <span role="status">{text}</span>
      <progress aria-label={text} value={share === null || share === 1 ? undefined : share} max={1} />
      <button type="button" onClick={stop}>
        Stop
      </button>
    </div>
  );
}
