// A field of the form: one value of the scenario by its path, shown with its label, its default and what is wrong with it.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Path, showPath } from "../../../src/scenario/errors.js";
import type { CheckedScenario } from "../protocol.js";
import { checked } from "../state.js";
import { describeField } from "./descriptions.js";
import { change, formValue, lastCanonical } from "./sync.js";
import { asText, type Reading, textOf, valueAt } from "./value.js";

type Problem = CheckedScenario["problems"][number];

interface FieldProps {
  path: Path;
  label: string;
  /** The label is for those who cannot see the column's heading; problems are shown by whoever has room for them (problemId). */
  bare?: boolean;
  /** Shown with the label: "per second". */
  unit?: string;
}

/** Problems of the value at a path, or of something within it. */
export function problemsAt(path: Path) {
  const field = showPath(path);
  return (checked.value?.problems ?? []).filter(
    (problem) =>
      problem.field === field || problem.field.startsWith(`${field}.`) || problem.field.startsWith(`${field}[`),
  );
}

export function defaultAt(path: Path): unknown {
  return valueAt(lastCanonical.value, path);
}

function idOf(path: Path): string {
  return `field-${path.join("-").replace(/[^A-Za-z0-9_-]/g, "_")}`;
}

/** What was just chosen, until the scenario says so too. */
export function useChosen<T>(value: T): [T, (chosen: T, done: Promise<void>) => void] {
  const [chosen, setChosen] = useState<{ value: T } | null>(null);
  const choose = (next: T, done: Promise<void>) => {
    const mine = { value: next };
    setChosen(mine);
    done.then(() => setChosen((now) => (now === mine ? null : now)));
  };
  return [chosen === null ? value : chosen.value, choose];
}

/** Of the element that says what is wrong with a bare field. */
export function problemId(path: Path): string {
  return `${idOf(path)}-problem`;
}

interface ControlAttributes {
  id: string;
  title?: string;
  "aria-label"?: string;
  "aria-invalid"?: "true";
  "aria-describedby"?: string;
}

function Shell(
  props: FieldProps & {
    kind?: string;
    alone?: boolean;
    children: (attributes: ControlAttributes) => ComponentChildren;
  },
) {
  const { path, label, bare = false, unit, kind = "", alone = !bare, children } = props;
  const id = `${idOf(path)}-${label.replace(/[^A-Za-z]/g, "").toLowerCase()}`;
  const problem = problemsAt(path)[0];
  const describedBy = alone ? `${id}-problem` : problemId(path);
  const description = describeField(path);
  const attributes: ControlAttributes = {
    id,
    ...(description === undefined ? {} : { title: description }),
    ...(bare ? { "aria-label": label } : {}),
    ...(problem === undefined ? {} : { "aria-invalid": "true", "aria-describedby": describedBy }),
  };
  return (
    <div class={`field ${kind}`}>
      {!bare && (
        <label for={id}>
          {label}
          {unit !== undefined && <small> {unit}</small>}
        </label>
      )}
      {children(attributes)}
      {problem !== undefined && alone && <FieldProblem id={describedBy} problem={problem} />}
    </div>
  );
}

export function FieldProblem({ id, name, problem }: { id: string; name?: string; problem: Problem }) {
  return (
    <p class="field-problem" id={id}>
      {name !== undefined && `${name}: `}
      {problem.message}
      {problem.hint !== undefined && `; did you mean ${problem.hint}?`}
    </p>
  );
}

interface TextFieldProps extends FieldProps {
  read?: Reading;
  show?: (value: unknown) => string;
  numeric?: boolean;
  suggestions?: readonly string[];
  wide?: boolean;
}

const QUIET_MS = 250;

export function TextField({ read = asText, show = textOf, numeric, suggestions, wide, ...props }: TextFieldProps) {
  const { path } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const shown = show(valueAt(formValue.value, path));
  const settle = () => {
    if (document.activeElement !== input.current) setDraft(null);
  };
  const commit = (text: string) => {
    clearTimeout(timer.current);
    if (text === shown) settle();
    else change({ path, value: read(text) }).then(settle);
  };
  const onInput = ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) => {
    setDraft(value);
    clearTimeout(timer.current);
    if (value.trim() !== "") timer.current = setTimeout(() => commit(value), QUIET_MS);
  };
  const list = suggestions === undefined ? undefined : `${idOf(path)}-list`;
  return (
    <Shell {...props} kind={wide === true ? "wide" : ""}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            ref={input}
            type="text"
            inputMode={numeric === true ? "numeric" : "text"}
            class={numeric === true ? "numeric" : ""}
            autocomplete="off"
            spellcheck={false}
            list={list}
            placeholder={show(defaultAt(path))}
            value={draft ?? shown}
            onInput={onInput}
            onChange={({ currentTarget }) => commit(currentTarget.value)}
            onBlur={({ currentTarget }) => commit(currentTarget.value)}
          />
          {list !== undefined && (
            <datalist id={list}>
              {suggestions?.map((value) => (
                <option key={value} value={value} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Shell>
  );
}

interface SelectFieldProps extends FieldProps {
  options: readonly (string | number | boolean)[];
  /** Where the scenario does not say and is not checked yet. */
  standard?: string | number | boolean;
  /** Instead of setting the value at the path. */
  onPick?: (value: string | number | boolean) => Promise<void>;
  /** Which option stands for the value, where it is none of them itself. */
  shown?: string;
  names?: Record<string, string>;
}

export function SelectField({ options, standard, onPick, shown, names = {}, ...props }: SelectFieldProps) {
  const { path } = props;
  const value = shown ?? valueAt(formValue.value, path) ?? defaultAt(path) ?? standard;
  const [place, choose] = useChosen((options as readonly unknown[]).indexOf(value));
  const pick = (at: number) => {
    const picked = options[at];
    if (picked !== undefined) choose(at, onPick === undefined ? change({ path, value: picked }) : onPick(picked));
  };
  return (
    <Shell {...props}>
      {(attributes) => (
        <select
          {...attributes}
          value={String(place)}
          onChange={({ currentTarget }) => pick(Number(currentTarget.value))}
        >
          {place < 0 && <option value="-1">{value === undefined ? "" : `${textOf(value)} (as in the YAML)`}</option>}
          {options.map((option, i) => (
            <option key={String(option)} value={String(i)}>
              {names[String(option)] ?? String(option)}
            </option>
          ))}
        </select>
      )}
    </Shell>
  );
}

export function CheckField({ standard = false, ...props }: FieldProps & { standard?: boolean }) {
  const { path, label } = props;
  const [value, choose] = useChosen(valueAt(formValue.value, path) ?? defaultAt(path) ?? standard);
  return (
    <Shell {...props} bare kind="check" alone>
      {({ "aria-label": _, ...attributes }) => (
        <label for={attributes.id}>
          <input
            {...attributes}
            type="checkbox"
            checked={value === true}
            onChange={({ currentTarget: { checked } }) => choose(checked, change({ path, value: checked }))}
          />
          {label}
        </label>
      )}
    </Shell>
  );
}
