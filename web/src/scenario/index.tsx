// The scenario: as a form and as YAML, which follow each other, with what is wrong with it and what it says in words.

import { useEffect, useState } from "preact/hooks";
import first from "../../../examples/busy-vcpus.yaml?raw";
import { checked, yaml } from "../state.js";
import { loadSchema } from "./descriptions.js";
import { YamlEditor } from "./editor.js";
import { HostForm } from "./host-form.js";
import { startFollowingLinks } from "./load.js";
import { Part } from "./part.js";
import { PatchForm } from "./patch-form.js";
import { PoliciesForm } from "./policies-form.js";
import { Problems } from "./problems.js";
import { RunForm } from "./run-form.js";
import { failure, formValue, isFormLive, startChecking } from "./sync.js";
import { NoticeLine, Toolbar } from "./toolbar.js";
import { textOf, valueAt } from "./value.js";
import { WorkloadForm } from "./workload-form.js";
import "./scenario.css";
import "./form.css";

export function ScenarioPane() {
  const [isWide] = useState(() => matchMedia("(min-width: 1000px)").matches);
  useEffect(start, []);
  return (
    <div class="scenario">
      <div class="scenario-head">
        <h2>Scenario</h2>
        <Toolbar />
      </div>
      <NoticeLine />
      <Part title="Form" class="form-part" open={isWide} summary={inShort()}>
        <Form />
      </Part>
      <Part title="YAML" class="yaml-part" open={isWide}>
        <YamlEditor />
      </Part>
      <Problems />
      <Part title="In words" class="words-part" open={false}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
        <pre class="explanation" tabIndex={0}>
          {checked.value?.explanation ?? "Nothing to say while the scenario cannot be run."}
        </pre>
      </Part>
    </div>
  );
}

function start(): () => void {
  if (yaml.peek() === "") yaml.value = first;
  const stops = [startFollowingLinks(), startChecking()];
  loadSchema().catch(console.error); // hints and completions only
  return () => {
    for (const stop of stops) stop();
  };
}

function Form() {
  if (formValue.value === null)
    return <p class="form faint">{failure.value === null ? "Reading the scenario …" : "Nothing to show."}</p>;
  const experiment = valueAt(formValue.value, ["experiment"]) ?? "transition";
  const isTransition = experiment === "transition";
  return (
    <form onSubmit={(event) => event.preventDefault()} autocomplete="off">
      <fieldset class="form" disabled={!isFormLive.value}>
        <legend class="visually-hidden">The scenario as a form</legend>
        {isTransition ? (
          <>
            <HostForm />
            <WorkloadForm />
            <PatchForm />
            <PoliciesForm />
          </>
        ) : (
          <p class="notice">
            This is a scenario of the experiment {String(experiment)}: its own fields are edited in the YAML, and the
            tab Experiments runs it.
          </p>
        )}
        <RunForm isTransition={isTransition} />
      </fieldset>
    </form>
  );
}

function inShort(): string {
  if (checked.value !== null && !isFormLive.value) return "as it was: the YAML cannot be read now";
  const cpus = valueAt(formValue.value, ["host", "cpus"]);
  if (cpus === undefined) return "";
  const written = valueAt(formValue.value, ["policies"]);
  const policies = Array.isArray(written) ? written.length : 1;
  return `${textOf(cpus)} CPUs · ${policies === 1 ? "1 policy" : `${policies} policies`}`;
}
