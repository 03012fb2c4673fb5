// What the exploration of a litmus test found.

import { whole } from "../../../src/report/format.js";
import type { LitmusAnswer } from "../protocol.js";
import { download } from "../save/index.js";
import { Picture } from "./picture.js";

const MEANING: Record<LitmusAnswer["checked"]["verdict"], string> = {
  Never: "the outcome that it asks about cannot happen.",
  Sometimes: "the outcome that it asks about can happen.",
  Always: "whatever happens, it ends in the outcome that it asks about.",
  Unsupported: "there is no verdict.",
};
const FINALS_MAX = 200;

export function Answer({ answer }: { answer: LitmusAnswer }) {
  const { name, checked, expected, fixes, picture } = answer;
  const { verdict, reason, states, witness } = checked;
  return (
    <section class="litmus-answer" aria-labelledby="litmus-answer-title">
      <h2 id="litmus-answer-title">{name}</h2>
      <p role="status" class={`litmus-verdict ${expected !== null && expected !== verdict ? "warn" : ""}`}>
        <b>{verdict}</b>: {MEANING[verdict]}
        {reason !== null && ` ${reason}.`}
        {expected !== null && (expected === verdict ? " As expected." : ` Expected: ${expected}.`)}
      </p>
      {verdict !== "Unsupported" && <p class="hint">{whole(states)} states or executions explored.</p>}
      {checked.finals.length > 0 && <Finals answer={answer} />}
      {verdict === "Sometimes" && fixes.length > 0 && (
        <>
          <h3>Any of these makes it impossible</h3>
          <ul class="litmus-fixes">
            {fixes.map((fix) => (
              <li key={fix}>
                <code>{fix}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {witness.length > 0 && (
        <>
          <h3>How it comes about</h3>
          {picture !== null && (
            <>
              <Picture light={picture.light} dark={picture.dark} title={`How ${name} comes to its outcome`} />
              <p>
                <button
                  type="button"
                  onClick={() => download(new Blob([picture.light], { type: "image/svg+xml" }), `${name}.svg`)}
                >
                  Save as SVG
                </button>
              </p>
            </>
          )}
          <Steps answer={answer} />
        </>
      )}
    </section>
  );
}

function Finals({ answer: { checked } }: { answer: LitmusAnswer }) {
  const { names, finals } = checked;
  const more = finals.length - FINALS_MAX;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="litmus-table" aria-label="Final states" tabIndex={0}>
      <table>
        <caption>How it can end</caption>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">blocked</th>
            <th scope="col">ways</th>
          </tr>
        </thead>
        <tbody>
          {finals.slice(0, FINALS_MAX).map(({ values, blocked, count }, i) => (
            <tr key={i}>
              {values.map((value, j) => (
                <td key={j}>{value}</td>
              ))}
              <td>{blockedCpus(blocked)}</td>
              <td>{whole(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="hint">and {whole(more)} more</p>}
    </section>
  );
}

function blockedCpus(bits: number): string {
  const cpus = Array.from({ length: 32 }, (_, cpu) => cpu).filter((cpu) => (bits >>> cpu) & 1);
  return cpus.map((cpu) => `P${cpu}`).join(" ");
}

const KINDS = { execute: "", flush: "reaches memory: ", late: "takes effect late: " };

function Steps({ answer: { checked } }: { answer: LitmusAnswer }) {
  return (
    <details>
      <summary>Step by step, as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="litmus-table" aria-label="Steps" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">step</th>
              <th scope="col">CPU</th>
              <th scope="col">what</th>
              <th scope="col">value</th>
              <th scope="col">line</th>
            </tr>
          </thead>
          <tbody>
            {checked.witness.map(({ cpu, text, kind, value, line, cycleStarts }, i) => (
              <tr key={i}>
                <th scope="row">{i + 1}</th>
                <td>P{cpu}</td>
                <td>
                  {cycleStarts && "from here on, for ever: "}
                  {KINDS[kind]}
                  <code>{text}</code>
                </td>
                <td>{value ?? ""}</td>
                <td>{line}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
