// A replay as a file, of each form that `klpsim replay --format` knows.

import { useSignal } from "@preact/signals";
import { ask, RequestFailed } from "../client.js";
import type { ReplayFormat } from "../protocol.js";
import { download } from "../run/save.js";
import type { ReplayView } from "./view.js";

const FORMATS: { format: ReplayFormat; title: string; extension: string; told: string }[] = [
  { format: "perfetto", title: "Perfetto", extension: "perfetto-trace", told: "for ui.perfetto.dev" },
  { format: "chrome", title: "Chrome JSON", extension: "trace.json", told: "for chrome://tracing and speedscope" },
  { format: "ftrace", title: "ftrace", extension: "ftrace.txt", told: "as a recorder on the host would have it" },
  { format: "svg", title: "SVG", extension: "svg", told: "the longest stragglers as a picture" },
  { format: "text", title: "Text", extension: "txt", told: "as klpsim replay prints it" },
  { format: "json", title: "JSON", extension: "json", told: "all of it; Files reads it again" },
];

export function SaveReplay({ view }: { view: ReplayView }) {
  const failure = useSignal("");
  const save = async ({ format, extension }: (typeof FORMATS)[number]) => {
    failure.value = "";
    try {
      const blob = await ask("exportReplay", { replay: view.key, format });
      download(blob, `${view.policy}-${view.replica}.${extension}`);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      failure.value = error.message;
    }
  };
  return (
    <section class="save" aria-labelledby="save-replay-title">
      <h2 id="save-replay-title">Save the replay</h2>
      <ul>
        {FORMATS.map((one) => (
          <li key={one.format}>
            <button type="button" title={one.told} onClick={() => save(one)}>
              {one.title}
            </button>
          </li>
        ))}
      </ul>
      <p role="status" class="warn">
        {failure}
      </p>
    </section>
  );
}
