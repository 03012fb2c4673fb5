// Step by step: the tries of a transition, and whom the chosen one could not switch.

import { whole } from "../../../src/report/format.js";
import { laneName, seconds } from "./read.js";
import type { Looking } from "./timeline.js";
import type { ReplayView, TryView } from "./view.js";

const ROWS_MAX = 100;

interface Props {
  view: ReplayView;
  looking: Looking;
  step(by: number): void;
  goTo(one: TryView): void;
  show(lane: number): void;
}

export function Tries({ view, looking, step, goTo, show }: Props) {
  const { tries } = view;
  const place = tries.findIndex(({ number }) => number === looking.tryNumber.value);
  const chosen = tries[place];
  return (
    <section class="tries" aria-labelledby="tries-title">
      <h2 id="tries-title">Try by try</h2>
      <div class="tries-tools">
        <button type="button" disabled={place <= 0} onClick={() => step(-1)} aria-keyshortcuts="[">
          ◂ Earlier
        </button>
        <label>
          Try{" "}
          <select
            value={place}
            onChange={({ currentTarget }) => {
              const one = tries[Number(currentTarget.value)];
              if (one !== undefined) goTo(one);
            }}
          >
            {place < 0 && <option value={-1}>…</option>}
            {tries.map(({ number, at, left }, i) => (
              <option key={number} value={i}>
                {number} at {seconds(at)}: {whole(left)} left
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={place === tries.length - 1} onClick={() => step(1)} aria-keyshortcuts="]">
          Later ▸
        </button>
      </div>
      <p role="status">{chosen === undefined ? "" : summary(chosen)}</p>
      {chosen !== undefined && chosen.to > chosen.from && <Stragglers view={view} of={chosen} show={show} />}
    </section>
  );
}

function summary({ number, at, cpu, left, next }: TryView): string {
  const where = cpu === null ? "" : ` on CPU ${cpu}`;
  const due = next === null ? "" : `; the next one is due at ${seconds(next)}`;
  return `Try ${number} at ${seconds(at)}${where}: ${left === 0 ? "nobody is" : `${whole(left)}`} left${due}.`;
}

interface Cause {
  /** Whose: a class. */
  who: string;
  words: string;
  lanes: number[];
}

function Stragglers({ view, of, show }: { view: ReplayView; of: TryView; show(lane: number): void }) {
  const causes = causesOf(view, of);
  const rows = causes.flatMap(({ words, lanes }) => lanes.map((lane) => ({ words, lane })));
  const more = rows.length - ROWS_MAX;
  return (
    <>
      <ul class="causes-of-try">
        {causes.map(({ who, words, lanes }) => (
          <li key={`${who} ${words}`}>
            <b>{whole(lanes.length)}</b> {who}: {words}
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="stragglers" aria-label={`Stragglers of try ${of.number}`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">straggler</th>
              <th scope="col">why</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS_MAX).map(({ lane, words }) => (
              <tr key={lane}>
                <th scope="row">
                  <button type="button" class="quiet" onClick={() => show(lane)}>
                    {nameOf(view, lane)}
                  </button>
                </th>
                <td>{words}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {more > 0 && <p class="hint">and {whole(more)} more, counted above</p>}
      </section>
    </>
  );
}

function nameOf(view: ReplayView, lane: number): string {
  return lane < view.tasks.length ? laneName(view, lane) : `idle task of ${laneName(view, lane)}`;
}

/** Most frequent first. */
function causesOf({ stragglers, reasons, tasks }: ReplayView, { from, to }: TryView): Cause[] {
  const found = new Map<string, Cause>();
  for (let row = from; row < to; row++) {
    const lane = stragglers.lane[row]!;
    const who = tasks[lane]?.class ?? "idle task";
    const words = reasons[stragglers.why[row]!]!;
    const known = found.get(`${who} ${words}`);
    if (known === undefined) found.set(`${who} ${words}`, { who, words, lanes: [lane] });
    else known.lanes.push(lane);
  }
  return [...found.values()].sort((a, b) => b.lanes.length - a.lanes.length);
}
