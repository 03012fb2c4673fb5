// Who holds transitions up: class, phase and mechanism of the task that switched last, and where those stuck are; bars in a table.

import { percent } from "../../../src/report/format.js";
import type { PolicyResult } from "../../../src/results/result.js";
import type { RunView } from "../protocol.js";
import { Mark } from "./mark.js";
import { type Shown, shownOf } from "./tables.js";
import "./causes.css";

interface Cause {
  place: string;
  how: string;
  share: number;
}

const ROWS_MAX = 8;

export function Causes({ view }: { view: RunView }) {
  const shown = shownOf(view);
  const blamed = shown.filter(({ result }) => result.blame.length > 0);
  const stuck = shown.filter(({ result }) => result.stuck.length > 0);
  if (blamed.length + stuck.length === 0) return null;
  return (
    <section aria-labelledby="causes-title">
      <h2 id="causes-title">What holds them up</h2>
      {blamed.length > 0 && (
        <>
          <h3>Who switched last</h3>
          <p class="hint">Shares of the transitions that complete, in which somebody had to be waited for.</p>
          <div class="causes">
            {blamed.map((one) => (
              <CauseTable key={one.result.policy} of={one} causes={blameOf(one.result)} what="switched last" how="by" />
            ))}
          </div>
        </>
      )}
      {stuck.length > 0 && (
        <>
          <h3>Who is stuck</h3>
          <p class="hint">Tasks left at the horizon: shares over the transitions that are not complete by then.</p>
          <div class="causes">
            {stuck.map((one) => (
              <CauseTable key={one.result.policy} of={one} causes={stuckOf(one.result)} what="left" />
            ))}
          </div>
        </>
      )}
    </section>
  );
}

function blameOf({ blame }: PolicyResult): Cause[] {
  return blame.map(({ mechanism, share, ...place }) => ({ place: placeName(place), how: mechanism, share }));
}

function stuckOf({ stuck }: PolicyResult): Cause[] {
  return stuck.map(({ share, ...place }) => ({ place: placeName(place), how: "", share }));
}

function placeName(place: { class: string; phase: string }): string {
  return place.class === "idle" ? "idle tasks" : `${place.class} ${place.phase}`;
}

function CauseTable({ of, causes, what, how }: { of: Shown; causes: Cause[]; what: string; how?: string }) {
  const rest = causes.slice(ROWS_MAX);
  const rows = causes.slice(0, ROWS_MAX);
  if (rest.length > 0)
    rows.push({ place: `${rest.length} more`, how: "", share: rest.reduce((sum, { share }) => sum + share, 0) });
  return (
    <table class={`series-${(of.series % 8) + 1}`}>
      <caption>
        <Mark series={of.series} />
        {of.result.policy}
      </caption>
      <thead>
        <tr>
          <th scope="col">{what}</th>
          {how !== undefined && <th scope="col">{how}</th>}
          <th scope="col">share</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ place, how: mechanism, share }) => (
          <tr key={`${place} ${mechanism}`}>
            <th scope="row">{place}</th>
            {how !== undefined && <td>{mechanism}</td>}
            <td class="share">
              <svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
                <rect width={Math.max(0.5, 100 * share)} height="10" />
              </svg>
              {percent(share)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
