// The replay as text, as `klpsim replay` prints it: each of its times is a way to that place of the timeline.

import { useMemo } from "preact/hooks";
import { whole } from "../../../src/report/format.js";
import { Folded } from "../folded.js";
import type { ReplayView } from "./view.js";

const LINES_MAX = 600;
const STAMP = /^\[ *(\d+\.\d+)\] (.*)$/;

interface Entry {
  /** Ticks; null: of the frame around the account. */
  at: number | null;
  stamp: string;
  words: string;
}

interface Props {
  view: ReplayView;
  goTo(at: number): void;
}

export function Account({ view, goTo }: Props) {
  return (
    <Folded class="account" title="What happens, as text">
      {() => <Lines view={view} goTo={goTo} />}
    </Folded>
  );
}

function Lines({ view: { text }, goTo }: Props) {
  const entries = useMemo(() => text.slice(0, LINES_MAX).map(entryOf), [text]);
  const more = text.length - LINES_MAX;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="account-lines" aria-label="What happens" tabIndex={0}>
      {entries.map(({ at, stamp, words }, i) => (
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
  );
}

function entryOf(line: string): Entry {
  const [, stamp, words] = STAMP.exec(line) ?? [];
  if (stamp === undefined) return { at: null, stamp: "", words: line };
  return { at: Math.round(Number(stamp) * 1e6), stamp, words: words! };
}
