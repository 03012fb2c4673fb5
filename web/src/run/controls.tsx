// Run and Stop, how many and on how many workers, and how far it is.

import { useEffect } from "preact/hooks";
import { progressText } from "../../../src/report/progress.js";
import { checked, tab } from "../state.js";
import {
  canRun,
  isGoing,
  isTransition,
  outcome,
  progress,
  replicas,
  scenarioReplicas,
  start,
  stop,
  workers,
} from "./going.js";
import "./controls.css";

export function Controls() {
  useEffect(() => {
    document.addEventListener("keydown", byKey);
    return () => document.removeEventListener("keydown", byKey);
  }, []);
  return (
    <form
      class="controls"
      aria-label="Run"
      onSubmit={(event) => {
        event.preventDefault();
        toggle();
      }}
    >
      <button
        type="submit"
        class={isGoing.value ? "stop" : "primary"}
        disabled={!isGoing.value && !canRun.value}
        title="Ctrl+Enter"
      >
        {isGoing.value ? "Stop" : "Run"}
      </button>
      <label>
        replicas a policy
        <input
          type="number"
          min="1"
          max="1000000000"
          step="1"
          placeholder={scenarioReplicas.value === undefined ? "" : String(scenarioReplicas.value)}
          value={replicas.value ?? ""}
          disabled={isGoing.value}
          onInput={({ currentTarget }) => {
            replicas.value = whole(currentTarget);
          }}
        />
      </label>
      <label>
        workers
        <input
          type="number"
          min="1"
          max="256"
          step="1"
          required
          value={workers.value}
          disabled={isGoing.value}
          onInput={({ currentTarget }) => {
            workers.value = whole(currentTarget) ?? workers.value;
          }}
        />
      </label>
      <Progress />
      <Outcome />
    </form>
  );
}

function toggle(): void {
  if (isGoing.peek()) stop();
  else void start();
}

function byKey(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  toggle();
}

function whole({ value, validity }: HTMLInputElement): number | undefined {
  return value !== "" && validity.valid ? Number(value) : undefined;
}

function Progress() {
  if (!isGoing.value) return null;
  const { done = 0, total = 0, rate = 0, note } = progress.value ?? {};
  return (
    <div class="progress">
      <progress aria-label="Progress of the run" max={Math.max(1, total)} value={done} />
      <span>
        {total === 0
          ? "starting"
          : `${progressText(done, total, rate, "transitions").trim()}${note ? `  ${note}` : ""}`}
      </span>
    </div>
  );
}

function Outcome() {
  if (!isTransition.value)
    return (
      <p class="outcome">
        The scenario is about {checked.value!.experiment}: it runs in its own tab.{" "}
        <button
          type="button"
          onClick={() => {
            tab.value = "experiments";
          }}
        >
          Experiments
        </button>
      </p>
    );
  const { text = "", failure = null } = outcome.value ?? {};
  return (
    <div class="outcome">
      <p role="status" class={failure === null ? "" : "warn"}>
        {text}
      </p>
      {failure !== null && failure.problems.length > 0 && (
        <ul class="warn">
          {failure.problems.map(({ line, field, message }) => (
            <li key={`${field} ${message}`}>
              {line !== undefined && `line ${line}, `}
              {field}: {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
