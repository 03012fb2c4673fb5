// Classes of tasks: who they are, where they run, what they do meanwhile.

import { BEHAVIOUR_PRESETS } from "../../../src/scenario/behaviour-presets.js";
import { type Path, showPath } from "../../../src/scenario/errors.js";
import type { Change } from "../protocol.js";
import { BehaviourForm } from "./behaviour-form.js";
import { FieldProblem, problemId, problemsAt, SelectField, TextField } from "./field.js";
import { Part } from "./part.js";
import { change, formValue } from "./sync.js";
import { asNumber, fieldsOf, freeName, isFields, listOf, textOf, valueAt } from "./value.js";

const PRESETS = Object.entries(BEHAVIOUR_PRESETS) as [string, { kinds: readonly string[]; text: string }][];
const OWN = "own phases";

export function WorkloadForm() {
  const classes = fieldsOf(valueAt(formValue.value, ["workload"]));
  const names = Object.keys(classes);
  const tasks = names.reduce((sum, name) => sum + (Number(fieldsOf(classes[name]).count ?? 1) || 0), 0);
  const add = () => {
    const name = freeName("task", classes);
    change({ path: ["workload", name], value: { kind: "user", count: 1, behaviour: "poll-loop" } });
  };
  return (
    <Part
      title="Workload"
      summary={`${names.length === 1 ? "1 class" : `${names.length} classes`} · ${tasks.toLocaleString("en-GB")} tasks`}
      aside={
        <button type="button" class="quiet" onClick={add}>
          Add a class
        </button>
      }
    >
      <div class="class-heads" aria-hidden="true">
        <span>Class</span>
        <span>Kind</span>
        <span>Tasks</span>
        <span>CPUs</span>
        <span>Behaviour</span>
      </div>
      <ul class="classes">
        {names.map((name) => (
          <ClassRow key={name} name={name} classes={classes} />
        ))}
      </ul>
      {names.length === 0 && <p class="faint">No tasks but the idle tasks of the CPUs.</p>}
    </Part>
  );
}

function ClassRow({ name, classes }: { name: string; classes: Record<string, unknown> }) {
  const path = ["workload", name];
  const value = fieldsOf(classes[name]);
  return (
    <li class="class-row">
      <ClassName name={name} classes={classes} />
      <SelectField
        path={[...path, "kind"]}
        label={`Kind of ${name}`}
        bare
        options={["user", "vcpu", "kthread"]}
        onPick={(kind) => change({ path: [...path, "kind"], value: kind }, ...fittingBehaviour(path, String(kind)))}
      />
      <TextField path={[...path, "count"]} label={`Number of ${name}`} bare read={asNumber} numeric />
      <TextField path={[...path, "cpus"]} label={`CPUs of ${name}`} bare suggestions={["one-each", "spread"]} />
      <BehaviourField path={[...path, "behaviour"]} name={name} kind={textOf(value.kind)} />
      <button
        type="button"
        class="quiet remove"
        aria-label={`Remove ${name}`}
        title={`Remove ${name}`}
        onClick={() => change({ path, value: undefined })}
      >
        ×
      </button>
      <ClassProblems path={path} />
      {isFields(value.behaviour) && (
        <Part title={`Phases of ${name}`} class="inner whole" open={false} summary={phasesOf(value.behaviour)}>
          <BehaviourForm path={[...path, "behaviour"]} kind={textOf(value.kind)} />
        </Part>
      )}
    </li>
  );
}

const PROBLEMS_MAX = 3;

/** Under the row: its fields are too narrow for sentences. */
function ClassProblems({ path }: { path: Path }) {
  const own = showPath(path);
  const problems = problemsAt(path).slice(0, PROBLEMS_MAX);
  if (problems.length === 0) return null;
  const shown = new Set<string>();
  return (
    <div class="whole">
      {problems.map((problem) => {
        const name = problem.field.slice(own.length + 1);
        const field = /^[a-zA-Z]*/.exec(name)![0];
        const id = shown.has(field) ? `${problemId(path)}-${shown.size}` : problemId([...path, field]);
        shown.add(field);
        return <FieldProblem key={problem.field} id={id} problem={problem} {...(name === "" ? {} : { name })} />;
      })}
    </div>
  );
}

/** A new name takes the class along. */
function ClassName({ name, classes }: { name: string; classes: Record<string, unknown> }) {
  const rename = (wanted: string) => {
    const to = wanted.trim();
    if (to === "" || to === name || Object.hasOwn(classes, to)) return;
    change(
      ...Object.entries(classes).flatMap(([each, value]) => [
        { path: ["workload", each], value: undefined },
        { path: ["workload", each === name ? to : each], value },
      ]),
    );
  };
  return (
    <div class="field">
      <input
        type="text"
        class="name"
        aria-label={`Name of ${name}`}
        autocomplete="off"
        spellcheck={false}
        value={name}
        onChange={({ currentTarget }) => rename(currentTarget.value)}
      />
    </div>
  );
}

function BehaviourField({ path, name, kind }: { path: Path; name: string; kind: string }) {
  const value = valueAt(formValue.value, path);
  const fitting = PRESETS.filter(([, preset]) => preset.kinds.includes(kind)).map(([preset]) => preset);
  const pick = (picked: string | number | boolean) => {
    if (picked === OWN) return change({ path, value: isFields(value) ? value : ownBehaviour(textOf(value), kind) });
    return change({ path, value: picked });
  };
  return (
    <SelectField
      path={path}
      label={`Behaviour of ${name}`}
      bare
      options={[...fitting, OWN]}
      onPick={pick}
      {...(isFields(value) ? { shown: OWN } : {})}
    />
  );
}

/** What a class did that its new kind cannot do becomes the first thing that it can. */
function fittingBehaviour(path: Path, kind: string): Change[] {
  const behaviour = valueAt(formValue.value, [...path, "behaviour"]);
  const known = PRESETS.find(([name]) => name === behaviour)?.[1];
  const first = PRESETS.find(([, { kinds }]) => kinds.includes(kind))?.[0];
  if (known === undefined || known.kinds.includes(kind)) return [];
  return [{ path: [...path, "behaviour"], value: first }];
}

/** Begins as the preset that was chosen. */
function ownBehaviour(preset: string, kind: string): unknown {
  const found = Object.entries(BEHAVIOUR_PRESETS).find(([name]) => name === preset)?.[1];
  const mode = { vcpu: "guest", kthread: "kernel" }[kind] ?? "user";
  if (found === undefined) return { phases: { work: { mode, duration: "1ms" } } };
  const { text: _, kinds: __, source: ___, ...behaviour } = found;
  return structuredClone(behaviour);
}

function phasesOf(behaviour: Record<string, unknown>): string {
  const base = behaviour.extends === undefined ? [] : [`${textOf(behaviour.extends)} with`];
  return [...base, Object.keys(fieldsOf(behaviour.phases)).join(", ")].join(" ");
}

export function functionsOnStacks(): string[] {
  const classes = Object.values(fieldsOf(valueAt(formValue.value, ["workload"])));
  const behaviours = classes.map((each) => fieldsOf(each).behaviour);
  const phases = behaviours.flatMap((behaviour) => {
    const named = PRESETS.find(([name]) => name === behaviour)?.[1];
    return Object.values(fieldsOf(fieldsOf(named ?? behaviour).phases));
  });
  return [...new Set(phases.flatMap((phase) => listOf(fieldsOf(phase).stack).map(textOf)))];
}
