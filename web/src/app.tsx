// The page's frame: header, the scenario on the left, a tab of answers on the right.

import { useSignal } from "@preact/signals";
import { Boundary } from "./boundary.js";
import { Header } from "./header.js";
import { RunTab } from "./run/index.js";
import { ScenarioPane } from "./scenario/index.js";
import { type Tab, tab } from "./state.js";
import { lazily, TabPanel, Tabs } from "./tabs.js";
import "./style/layout.css";

const PARTS: Record<Tab, { title: string; Part: preact.FunctionComponent }> = {
  run: { title: "Run", Part: RunTab },
  replay: { title: "Replay", Part: lazily("Replay", async () => (await import("./replay/index.js")).ReplayTab) },
  litmus: { title: "Litmus", Part: lazily("Litmus", async () => (await import("./litmus/index.js")).LitmusTab) },
  experiments: {
    title: "Experiments",
    Part: lazily("Experiments", async () => (await import("./experiments/index.js")).ExperimentsTab),
  },
  files: { title: "Files", Part: lazily("Files", async () => (await import("./files/index.js")).FilesTab) },
};
const ENTRIES = Object.entries(PARTS) as [Tab, (typeof PARTS)[Tab]][];

export function App() {
  const visited = useSignal<ReadonlySet<Tab>>(new Set());
  const open = tab.value;
  if (!visited.value.has(open)) visited.value = new Set([...visited.value, open]);
  return (
    <>
      <a class="skip-link" href="#answers">
        Skip to the answers
      </a>
      <Header />
      <div class="bench">
        <section class="bench-scenario" aria-label="Scenario" hidden={open === "litmus"}>
          <Boundary of="The scenario">
            <ScenarioPane />
          </Boundary>
        </section>
        <main id="answers" class="bench-answers" tabIndex={-1}>
          <Tabs label="Answers" tabs={ENTRIES.map(([name, { title }]) => ({ name, title }))} />
          {ENTRIES.map(([name, { title, Part }]) => (
            <TabPanel key={name} name={name}>
              {visited.value.has(name) && (
                <Boundary of={`The tab ${title}`}>
                  <Part />
                </Boundary>
              )}
            </TabPanel>
          ))}
        </main>
      </div>
    </>
  );
}
