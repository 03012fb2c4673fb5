// The replay as text, as `klpsim replay` prints it: each of its times is a way to that place of the timeline.

import { useMemo } from "preact/hooks";
import { whole } from "../../../src/report/format.js";
import type { ReplayView } from "./view.js";

const LINES_MAX = 600;
const STAMP = /^\[ *(\d+\.\d+)\] (.*)$/;

interface Entry {
  /** Ticks; null: of the frame around the account. */
  at: number | null;
  stamp: string;
  words: string;
}

export function Account({ view, goTo }: { view: ReplayView; goTo(at: number): void }) {
  const entries = useMemo(() => view.text.map(entryOf), [view]);
  const more = entries.length - LINES_MAX;
  return (
    <details class="account">
      <summary>What happens, as text</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="account-lines" aria-label="What happens" tabIndex={0}>
        {entries.slice(0, LINES_MAX).map(({ at, stamp, words }, i) => (
          <div key={i} class="account-line">
            {at !== null && (
              <button type="button" class="quiet" onClick={() => goTo(at)}>
                {stamp}
              </button>
            )}
            <span>{words}</span>
          </div>
        ))}
        {more > 0 && <p class="hint">and {whole(more)} lines more: save it as text</p>}
      </section>
    </details>
  );
}

function entryOf(line: string): Entry {
  const [, stamp, words] = STAMP.exec(line) ?? [];
  if (stamp === undefined) return { at: null, stamp: "", words: line };
  return { at: Math.round(Number(stamp) * 1e6), stamp, words: words! };
}
