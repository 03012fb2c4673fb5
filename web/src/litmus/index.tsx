// The litmus tab: a small concurrent program, what it can end in, and how.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, RequestFailed } from "../client.js";
import type { Failure, LitmusAnswer, LitmusOrder, Requests } from "../protocol.js";
import { Answer } from "./answer.js";
import "./litmus.css";

type Test = Requests["litmusTests"]["answer"][number];
type Model = LitmusOrder["model"];

const MODELS: { model: Model; words: string }[] = [
  { model: "sc", words: "sc" },
  { model: "tso", words: "tso (x86)" },
  { model: "lkmm", words: "lkmm (Linux)" },
];
const FIRST = "L2";

export function LitmusTab() {
  const tests = useSignal<Test[]>([]);
  const name = useSignal(FIRST);
  const text = useSignal("");
  const variant = useSignal("");
  const model = useSignal<Model>("tso");
  const answer = useSignal<LitmusAnswer | null>(null);
  const failure = useSignal<Failure | null>(null);
  const stopper = useSignal<AbortController | null>(null);

  const test = tests.value.find((one) => one.name === name.value);
  const isBuiltin = test !== undefined && text.value === test.text;
  const variants = isBuiltin ? test.variants : [...new Set(tests.value.flatMap((one) => one.variants))];

  const take = (one: Test) => {
    name.value = one.name;
    text.value = one.text;
    variant.value = one.variants[0] ?? "";
  };
  useEffect(() => {
    ask("litmusTests", {}).then(
      (found) => {
        tests.value = found;
        const first = found.find((one) => one.name === FIRST) ?? found[0];
        if (first !== undefined && text.peek() === "") take(first);
      },
      (error: RequestFailed) => {
        failure.value = error.failure;
      },
    );
  }, []);

  const check = async () => {
    const own = new AbortController();
    stopper.value = own;
    failure.value = null;
    const order: LitmusOrder = {
      test: isBuiltin ? name.value : null,
      text: text.value,
      variant: variant.value === "" ? null : variant.value,
      model: model.value,
    };
    try {
      answer.value = await ask("litmus", order, { signal: own.signal });
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      if (!error.failure.stopped) failure.value = error.failure;
      answer.value = null;
    } finally {
      stopper.value = null;
    }
  };

  return (
    <div class="litmus">
      <form
        class="litmus-form"
        aria-label="Litmus test"
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <label>
          Test
          <select
            value={name.value}
            onChange={({ currentTarget }) => {
              const one = tests.value.find((test) => test.name === currentTarget.value);
              if (one !== undefined) take(one);
            }}
          >
            {tests.value.map(({ name, title }) => (
              <option key={name} value={name}>
                {name}: {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Variant
          <select
            value={variant.value}
            onChange={({ currentTarget }) => {
              variant.value = currentTarget.value;
            }}
          >
            {!isBuiltin && <option value="">none</option>}
            {variants.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          Memory model
          <select
            value={model.value}
            onChange={({ currentTarget }) => {
              model.value = currentTarget.value as Model;
            }}
          >
            {MODELS.map(({ model, words }) => (
              <option key={model} value={model}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <Program text={text} failure={failure.value} check={check} />
        <div class="litmus-actions">
          <button type="submit" class="primary" disabled={stopper.value !== null || text.value === ""}>
            Check
          </button>
          {stopper.value !== null && (
            <button type="button" onClick={() => stopper.value?.abort()}>
              Stop
            </button>
          )}
          {test !== undefined && !isBuiltin && (
            <button type="button" class="quiet" onClick={() => take(test)}>
              Back to {test.name} as it comes
            </button>
          )}
          <span role="status" class="hint">
            {stopper.value === null ? "" : "Explores every way that it can go"}
          </span>
        </div>
      </form>
      {answer.value !== null && <Answer answer={answer.value} />}
    </div>
  );
}

interface ProgramProps {
  text: { value: string };
  failure: Failure | null;
  check(): Promise<void>;
}

/** `name:3:7: expected ...`: where the thread's message has the place in its words. */
const PLACE = /:(\d+):(\d+):/;

function Program({ text, failure, check }: ProgramProps) {
  const place = placeOf(failure);
  const lines = text.value.split("\n").length;
  return (
    <div class="litmus-program">
      <label for="litmus-text">Program, in the kernel's C litmus format</label>
      <textarea
        id="litmus-text"
        spellcheck={false}
        rows={Math.min(28, Math.max(10, lines + 1))}
        value={text.value}
        aria-invalid={failure !== null}
        aria-describedby="litmus-problem"
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void check();
        }}
      />
      <div id="litmus-problem" role="alert">
        {failure !== null && (
          <p class="notice wrong">
            <span>{failure.message}</span>
            {place !== null && (
              <button type="button" onClick={() => select(text.value, place)}>
                To line {place.line}, column {place.column}
              </button>
            )}
          </p>
        )}
      </div>
    </div>
  );
}

interface Place {
  line: number;
  column: number;
}

function placeOf(failure: Failure | null): Place | null {
  const told = failure?.problems.find((one) => one.line !== undefined);
  if (told?.line !== undefined) return { line: told.line, column: told.column ?? 1 };
  const [, line, column] = PLACE.exec(failure?.message ?? "") ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column) };
}

function select(text: string, { line, column }: Place): void {
  const field = document.querySelector<HTMLTextAreaElement>("#litmus-text")!;
  const lines = text.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  field.focus();
  field.setSelectionRange(start + column - 1, start + (lines[line - 1]?.length ?? 0));
}
