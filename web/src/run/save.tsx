// Keeping a result: the files that klpsim's own commands write, made by the thread.

import { useSignal } from "@preact/signals";
import { ask, RequestFailed } from "../client.js";
import type { ExportFormat, RunView } from "../protocol.js";
import { yaml } from "../state.js";
import { isGoing, ranYaml } from "./going.js";
import { shownOf } from "./tables.js";
import "./save.css";

const FORMATS: { format: ExportFormat; title: string; extension: string; told: string }[] = [
  { format: "json", title: "JSON", extension: "json", told: "what klpsim run --json prints" },
  { format: "csv", title: "CSV", extension: "csv", told: "a row a policy" },
  { format: "markdown", title: "Markdown", extension: "md", told: "the tables, to paste" },
  { format: "parquet", title: "Parquet", extension: "parquet", told: "a row a policy, for DuckDB and others" },
  { format: "html", title: "Report", extension: "html", told: "one page, to read, send or print" },
  { format: "svg", title: "SVG", extension: "svg", told: "the plots" },
];

export function Save({ view }: { view: RunView }) {
  const failure = useSignal("");
  const save = async ({ format, extension }: (typeof FORMATS)[number]) => {
    failure.value = "";
    const result = { ...view.result, results: shownOf(view).map((one) => one.result) };
    try {
      const blob = await ask("export", { result, yaml: ranYaml.peek() ?? yaml.peek(), format });
      download(blob, `${fileName(result.scenario.name)}.${extension}`);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      failure.value = error.message;
    }
  };
  return (
    <section class="save" aria-labelledby="save-title">
      <h2 id="save-title">Save</h2>
      <p class="hint">{isGoing.value ? "Once the run is done." : "Files as klpsim's own commands write them."}</p>
      <ul>
        {FORMATS.map((one) => (
          <li key={one.format}>
            <button type="button" disabled={isGoing.value} title={one.told} onClick={() => save(one)}>
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

/** Of a scenario's name, whatever it is. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "klpsim";
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
