// A behaviour of the scenario's own: its phases, one after another.

import type { Path } from "../../../src/scenario/errors.js";
import { SelectField, TextField } from "./field.js";
import { change, formValue } from "./sync.js";
import { asList, asNext, asNumber, asTime, fieldsOf, freeName, isFields, nextText, textOf, valueAt } from "./value.js";

const WAITS = ["interruptible", "uninterruptible", "killable", "freezable", "idle", "stopped", "traced"];
const MODES: Record<string, string[]> = {
  vcpu: ["guest", "user", "kernel", "sleep"],
  kthread: ["kernel", "sleep"],
};

export function BehaviourForm({ path, kind }: { path: Path; kind: string }) {
  const phases = fieldsOf(valueAt(formValue.value, [...path, "phases"]));
  const names = Object.keys(phases);
  const add = () => {
    const name = freeName("phase", phases);
    change({
      path: [...path, "phases", name],
      value: { mode: MODES[kind]?.[0] ?? "user", duration: "1ms", next: names[0] ?? name },
    });
  };
  return (
    <>
      {names.map((name) => (
        <Phase key={name} path={[...path, "phases", name]} name={name} kind={kind} names={names} />
      ))}
      <button type="button" class="quiet" onClick={add}>
        Add a phase
      </button>
    </>
  );
}

function Phase({ path, name, kind, names }: { path: Path; name: string; kind: string; names: string[] }) {
  const { mode, halt } = fieldsOf(valueAt(formValue.value, path));
  const at = (field: string) => [...path, field];
  const sleeps = mode === "sleep";
  return (
    <fieldset class="phase">
      <legend>{name}</legend>
      <button
        type="button"
        class="quiet remove"
        aria-label={`Remove the phase ${name}`}
        title={`Remove the phase ${name}`}
        onClick={() => change({ path, value: undefined })}
      >
        ×
      </button>
      <div class="fields">
        {halt !== true && (
          <SelectField path={at("mode")} label="Mode" options={MODES[kind] ?? ["user", "kernel", "sleep"]} />
        )}
        {sleeps && <SelectField path={at("wait")} label="Wait" options={WAITS} standard="interruptible" />}
        <DurationFields path={at("duration")} />
        <TextField path={at("next")} label="Next" read={asNext} show={nextText} suggestions={[...names, "exit"]} />
        {(sleeps || mode === "kernel") && (
          <SelectField path={at("onSignal")} label="On a signal" options={["restart", "eintr", "absorb"]} />
        )}
        {mode === "kernel" && <TextField path={at("condResched")} label="cond_resched()" unit="/s" read={asNumber} />}
        {mode === "guest" && <TextField path={at("exits")} label="VM exits" unit="/s" read={asNumber} />}
        {mode !== "user" && <TextField path={at("stack")} label="Functions on its stack" read={asList} wide />}
      </div>
    </fieldset>
  );
}

/** Laws by name: their parameters, and what a law that was just chosen starts from. */
const LAWS: Record<
  string,
  { start: unknown; parameters: { label: string; step: string | number | null; number?: true }[] }
> = {
  exponential: { start: "1ms", parameters: [{ label: "Mean", step: null }] },
  uniform: {
    start: ["1ms", "2ms"],
    parameters: [
      { label: "From", step: 0 },
      { label: "To", step: 1 },
    ],
  },
  lognormal: {
    start: { median: "1ms", sigma: 1 },
    parameters: [
      { label: "Median", step: "median" },
      { label: "Sigma", step: "sigma", number: true },
    ],
  },
  weibull: {
    start: { scale: "1ms", shape: 1 },
    parameters: [
      { label: "Scale", step: "scale" },
      { label: "Shape", step: "shape", number: true },
    ],
  },
  pareto: {
    start: { min: "1ms", max: "1s", shape: 1 },
    parameters: [
      { label: "Least", step: "min" },
      { label: "Most", step: "max" },
      { label: "Shape", step: "shape", number: true },
    ],
  },
};
const FIXED = "fixed";
const FOREVER = "forever";

function DurationFields({ path }: { path: Path }) {
  const value = valueAt(formValue.value, path);
  const law = isFields(value) ? (Object.keys(value)[0] ?? "") : value === FOREVER ? FOREVER : FIXED;
  const pick = (picked: string | number | boolean) => {
    const name = String(picked);
    const start = name === FIXED ? "1ms" : name === FOREVER ? FOREVER : { [name]: LAWS[name]?.start };
    return change({ path, value: start });
  };
  return (
    <>
      <SelectField
        path={path}
        label="Duration"
        options={[FIXED, FOREVER, ...Object.keys(LAWS)]}
        shown={law}
        onPick={pick}
      />
      {law === FIXED && <TextField path={path} label="Time" read={asTime} show={textOf} />}
      {LAWS[law]?.parameters.map(({ label, step, number }) => (
        <TextField
          key={label}
          path={[...path, law, ...(step === null ? [] : [step])]}
          label={label}
          read={number === true ? asNumber : asTime}
        />
      ))}
    </>
  );
}
