// The slowest transitions of each policy: one click away from their replay.

import { computed } from "@preact/signals";
import { duration, whole } from "../../../src/report/format.js";
import type { RunView } from "../protocol.js";
import { replayed, tab, yaml } from "../state.js";
import { ranYaml } from "./going.js";
import { Mark } from "./mark.js";
import { notBy, shownOf } from "./tables.js";
import "./slowest.css";

/** Whether the scenario in the editor is the one that was run: only then is a replica the same. */
const isSame = computed(() => ranYaml.value === yaml.value);

export function Slowest({ view }: { view: RunView }) {
  const some = shownOf(view).filter(({ result }) => result.worst.length > 0);
  if (some.length === 0) return null;
  return (
    <section aria-labelledby="slowest-title">
      <h2 id="slowest-title">The slowest</h2>
      <Hint />
      <div class="slowest">
        {some.map(({ result: { policy, worst }, series }) => (
          <div key={policy}>
            <h3>
              <Mark series={series} />
              {policy}
            </h3>
            <ol>
              {worst.map(({ replica, latencyMs }) => (
                <li key={replica}>
                  <button
                    type="button"
                    disabled={!isSame.value}
                    aria-label={`Replay replica ${whole(replica)} of ${policy}`}
                    onClick={() => replay(policy, replica)}
                  >
                    {whole(replica)}
                  </button>{" "}
                  {latencyMs === null ? <span class="warn">{notBy(view.horizonSeconds)}</span> : duration(latencyMs)}
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}

function Hint() {
  if (isSame.value) return <p class="hint">By number: press one to see its timeline, step by step.</p>;
  if (ranYaml.value === null)
    return <p class="hint">The result came from a file: run its scenario here to see a replica's timeline.</p>;
  return (
    <p class="hint">
      The scenario has changed since it was run, and a replica with it.{" "}
      <button type="button" onClick={restore}>
        Back to the one that was run
      </button>
    </p>
  );
}

function restore(): void {
  yaml.value = ranYaml.peek()!;
}

function replay(policy: string, replica: number): void {
  replayed.value = { policy, replica };
  tab.value = "replay";
}
