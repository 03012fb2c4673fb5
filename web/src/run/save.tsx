// Keeping a run's result.

import { ask } from "../client.js";
import type { ExportFormat, RunView } from "../protocol.js";
import { type Form, SaveAs } from "../save/index.js";
import { yaml } from "../state.js";
import { isGoing, ranYaml } from "./going.js";
import { shownOf } from "./tables.js";

const FORMS: Form<ExportFormat>[] = [
  { format: "json", title: "JSON", extension: "json", told: "what klpsim run --json prints" },
  { format: "csv", title: "CSV", extension: "csv", told: "a row a policy" },
  { format: "markdown", title: "Markdown", extension: "md", told: "the tables, to paste" },
  { format: "parquet", title: "Parquet", extension: "parquet", told: "a row a policy, for DuckDB and others" },
  { format: "html", title: "Report", extension: "html", told: "one page, to read, send or print" },
  { format: "svg", title: "SVG", extension: "svg", told: "the plots" },
];

export function Save({ view }: { view: RunView }) {
  const make = (format: ExportFormat) => {
    const result = { ...view.result, results: shownOf(view).map((one) => one.result) };
    return ask("export", { result, yaml: ranYaml.peek() ?? yaml.peek(), format });
  };
  return (
    <SaveAs
      title="Save"
      hint={isGoing.value ? "Once the run is done." : "Files as klpsim's own commands write them."}
      name={view.result.scenario.name}
      forms={FORMS}
      disabled={isGoing.value}
      make={make}
    />
  );
}
