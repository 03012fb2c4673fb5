// What is wrong with the scenario: how much is said aloud, and each is a way to its line.

import { checked } from "../state.js";
import { goTo } from "./editor.js";
import { failure } from "./sync.js";

const SHOWN_MAX = 20;

export function Problems() {
  const problems = checked.value?.problems ?? [];
  return (
    <div class="problems">
      <p role="status" class={problems.length > 0 || failure.value !== null ? "problem-count" : "visually-hidden"}>
        {summary(problems.length)}
      </p>
      {problems.length > 0 && (
        <ul>
          {problems.slice(0, SHOWN_MAX).map(({ line, column, field, message, hint }) => (
            <li key={`${line}:${column}:${field}:${message}`}>
              <button type="button" class="problem" onClick={() => goTo(line ?? 1, column ?? 1)}>
                {line !== undefined && <span class="problem-line">line {line}</span>}
                <span>
                  {field !== "" && <code>{field}</code>} {message}
                  {hint !== undefined && `; did you mean ${hint}?`}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function summary(count: number): string {
  if (failure.value !== null) return `The scenario could not be checked: ${failure.value}`;
  if (checked.value === null) return "";
  if (count === 0) return "The scenario can be run.";
  const more = count > SHOWN_MAX ? `; the first ${SHOWN_MAX} are` : "";
  return count === 1 ? "1 problem" : `${count} problems${more}`;
}
