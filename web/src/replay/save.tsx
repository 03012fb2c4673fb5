// A replay as a file, of each form that `klpsim replay --format` knows.

import { ask } from "../client.js";
import type { ReplayFormat } from "../protocol.js";
import { type Form, SaveAs } from "../save/index.js";
import type { ReplayView } from "./view.js";

const FORMS: Form<ReplayFormat>[] = [
  { format: "perfetto", title: "Perfetto", extension: "perfetto-trace", told: "for ui.perfetto.dev" },
  { format: "chrome", title: "Chrome JSON", extension: "trace.json", told: "for chrome://tracing and speedscope" },
  { format: "ftrace", title: "ftrace", extension: "ftrace.txt", told: "as a recorder on the host would have it" },
  { format: "svg", title: "SVG", extension: "svg", told: "the longest stragglers as a picture" },
  { format: "text", title: "Text", extension: "txt", told: "as klpsim replay prints it" },
  { format: "json", title: "JSON", extension: "json", told: "all of it; Files reads it again" },
];

export function SaveReplay({ view }: { view: ReplayView }) {
  return (
    <SaveAs
      title="Save the replay"
      name={`${view.policy}-${view.replica}`}
      forms={FORMS}
      make={(format) => ask("exportReplay", { replay: view.key, format })}
    />
  );
}
