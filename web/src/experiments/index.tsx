// The tab of experiments besides the transition: rseq and memory faults.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ExperimentResult, Progress } from "../../../src/browser.js";
import { timeSpan, whole } from "../../../src/report/format.js";
import { metricTable } from "../../../src/report/tables/metric-tables.js";
import { ask, RequestFailed } from "../client.js";
import { Picture } from "../litmus/picture.js";
import type { Requests } from "../protocol.js";
import { ReportTable } from "../run/report-table.js";
import { download } from "../save/index.js";
import { checked, isRunnable, yaml } from "../state.js";
import { VerdictTable } from "./verdict.js";
import "./experiments.css";

type Example = Requests["presets"]["answer"]["examples"][number];
type Drawn = Requests["experimentPicture"]["answer"];

const EXPERIMENT = /^experiment: *(rseq|memory-fault)\b/m;

export function ExperimentsTab() {
  const examples = useSignal<Example[]>([]);
  const progress = useSignal<Progress | null>(null);
  const stopper = useSignal<AbortController | null>(null);
  const shown = useSignal<{ result: ExperimentResult; drawn: Drawn } | null>(null);
  const failure = useSignal("");
  useEffect(() => {
    ask("presets", {}).then(
      (found) => {
        examples.value = found.examples.filter((one) => EXPERIMENT.test(one.yaml));
      },
      (error: Error) => {
        failure.value = error.message;
      },
    );
  }, []);
  const experiment = checked.value?.experiment;
  const isOne = experiment === "rseq" || experiment === "memory-fault";

  const start = async () => {
    const own = new AbortController();
    stopper.value = own;
    failure.value = "";
    progress.value = null;
    try {
      const workers = navigator.hardwareConcurrency || 1;
      const order = { yaml: yaml.peek(), workers };
      const onPart = (now: Progress) => {
        progress.value = now;
      };
      const result = await ask("experiment", order, { signal: own.signal, onPart });
      shown.value = { result, drawn: await ask("experimentPicture", { result }) };
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      if (!error.failure.stopped) failure.value = error.message;
    } finally {
      stopper.value = null;
    }
  };

  return (
    <div class="experiments">
      <div class="experiments-presets">
        {examples.value.map(({ name, title, yaml: text }) => (
          <button
            key={name}
            type="button"
            aria-pressed={yaml.value === text}
            title={title}
            onClick={() => {
              yaml.value = text;
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <p class="hint">
        {isOne
          ? `The scenario beside is an experiment of ${experiment === "rseq" ? "restartable sequences" : "memory faults"}.`
          : "The scenario beside is a transition: choose an experiment above, or write one there."}
      </p>
      <div class="experiments-actions">
        <button
          type="button"
          class="primary"
          disabled={!isOne || !isRunnable.value || stopper.value !== null}
          onClick={() => void start()}
        >
          Run the experiment
        </button>
        {stopper.value !== null && <Going progress={progress.value} stop={() => stopper.value?.abort()} />}
      </div>
      <p role="alert" class="warn">
        {failure}
      </p>
      {shown.value !== null && <Shown {...shown.value} />}
    </div>
  );
}

function Going({ progress, stop }: { progress: Progress | null; stop(): void }) {
  const left = progress?.etaMs ? `, ${timeSpan(progress.etaMs / 1000)} left` : "";
  return (
    <>
      <progress
        aria-label="Replicas done"
        value={progress === null ? undefined : progress.done / progress.total}
        max={1}
      />
      <span class="hint">
        {progress === null ? "Starts" : `${whole(progress.done)} of ${whole(progress.total)}${left}`}
      </span>
      <button type="button" onClick={stop}>
        Stop
      </button>
    </>
  );
}

function Shown({ result, drawn }: { result: ExperimentResult; drawn: Drawn }) {
  const { scenario, replicas, seed, results } = result;
  const json = () => new Blob([`${JSON.stringify(result)}\n`], { type: "application/json" });
  return (
    <section class="experiments-result" aria-labelledby="experiments-title">
      <h2 id="experiments-title">What came of {scenario.name}</h2>
      <p class="hint" role="status">
        {whole(replicas)} replicas a variant, seed {seed}; below each value its 95% interval.
      </p>
      {drawn !== null && <Picture light={drawn.svg} dark={drawn.svg} title={drawn.title} />}
      <ReportTable table={metricTable(result)} />
      {result.verdict !== undefined && <VerdictTable verdict={result.verdict} />}
      <details>
        <summary>Digests</summary>
        <dl class="digests">
          {results.map(({ variant, digest }) => (
            <div key={variant}>
              <dt>{variant}</dt>
              <dd>
                <code>{digest}</code>
              </dd>
            </div>
          ))}
        </dl>
      </details>
      <div class="experiments-actions">
        <button type="button" onClick={() => download(json(), `${scenario.name}.json`)}>
          Save as JSON
        </button>
        {drawn !== null && (
          <button
            type="button"
            onClick={() => download(new Blob([drawn.svg], { type: "image/svg+xml" }), `${scenario.name}.svg`)}
          >
            Save as SVG
          </button>
        )}
      </div>
    </section>
  );
}
