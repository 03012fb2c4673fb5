// Kernels to compare: each preset with what it does, and the scenario's own.

import { POLICY_PRESETS } from "../../../src/scenario/policy-presets.js";
import { problemsAt, useChosen } from "./field.js";
import { Part } from "./part.js";
import { change, changeBy, formValue } from "./sync.js";
import { fieldsOf, isFields, listOf, textOf, valueAt } from "./value.js";

const TEXTS = Object.entries(POLICY_PRESETS).map(([name, { text }]) => ({ name, text: text as string }));
const GROUPS = [
  { title: "Kernels as released", has: (name: string) => name.startsWith("linux-") },
  { title: "Proposals for vCPUs", has: (name: string) => name.startsWith("kvm-") },
  { title: "Proposals for nohz_full", has: (name: string) => name.startsWith("nohz-") },
  { title: "Others", has: (name: string) => !/^(linux|kvm|nohz)-/.test(name) },
];
/** Of a scenario that names none. */
const STANDARD = "linux-6.1";

export function PoliciesForm() {
  const list = written();
  const policies = Array.isArray(list) ? list : [STANDARD];
  const own = policies.flatMap((policy, place) => (isFields(policy) ? [{ policy, place }] : []));
  const problems = problemsAt(["policies"]);
  return (
    <Part title="Policies" summary={policies.map(nameOf).join(", ")}>
      {problems.map(({ field, message }) => (
        <p key={field} class="field-problem">
          {field}: {message}
        </p>
      ))}
      {own.length > 0 && (
        <fieldset class="policy-group">
          <legend>Of this scenario</legend>
          {own.map(({ policy, place }) => (
            <PolicyRow key={place} name={nameOf(policy)} text={describeOwn(policy)} isOn onToggle={() => drop(place)} />
          ))}
        </fieldset>
      )}
      {GROUPS.map(({ title, has }) => (
        <fieldset key={title} class="policy-group">
          <legend>{title}</legend>
          {TEXTS.filter(({ name }) => has(name)).map(({ name, text }) => (
            <PolicyRow
              key={name}
              name={name}
              text={text}
              isOn={policies.includes(name)}
              onToggle={() => toggle(name)}
            />
          ))}
        </fieldset>
      ))}
    </Part>
  );
}

function PolicyRow(props: { name: string; text: string; isOn: boolean; onToggle: () => Promise<void> }) {
  const { name, text, onToggle } = props;
  const [isOn, choose] = useChosen(props.isOn);
  return (
    <label class={`policy ${isOn ? "on" : ""}`} title={text}>
      <input type="checkbox" checked={isOn} onChange={() => choose(!isOn, onToggle())} />
      <span>
        <b>{name}</b> <span class="policy-text">{text}</span>
      </span>
    </label>
  );
}

function toggle(name: string): Promise<void> {
  return changeBy(() => {
    const list = listOf(written());
    const place = list.indexOf(name);
    if (place >= 0) return [{ path: ["policies", place], value: undefined }];
    if (list.length === 0) return [{ path: ["policies"], value: [name] }];
    return [{ path: ["policies", list.length], value: name }];
  });
}

function drop(place: number): Promise<void> {
  return change({ path: ["policies", place], value: undefined });
}

function written(): unknown {
  return valueAt(formValue.value, ["policies"]);
}

function nameOf(policy: unknown): string {
  if (!isFields(policy)) return textOf(policy);
  return textOf(policy.name) || `${textOf(policy.extends) || "policy"}+`;
}

function describeOwn(policy: unknown): string {
  const { name: _, text, extends: base, ...fields } = fieldsOf(policy);
  const differs = Object.entries(fields).map(([field, value]) => `${field} ${textOf(value)}`);
  return [textOf(text), base === undefined ? "" : `As ${textOf(base)}, but ${differs.join(", ") || "nothing"}.`]
    .filter((part) => part !== "")
    .join(" ");
}
