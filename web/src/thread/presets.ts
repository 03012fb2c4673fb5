// What a scenario can begin with: klpsim's policies and behaviours, and the scenarios of examples/.

import { BEHAVIOUR_PRESETS, POLICY_PRESETS } from "../../../src/browser.js";
import type { Handler } from "./handler.js";

const EXAMPLES = import.meta.glob<string>("../../../examples/*.yaml", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const presets: Handler<"presets"> = () => ({
  policies: Object.entries(POLICY_PRESETS).map(([name, { text }]) => ({ name, text })),
  behaviours: Object.entries(BEHAVIOUR_PRESETS).map(([name, { text }]) => ({ name, text })),
  examples: Object.entries(EXAMPLES).map(([path, yaml]) => ({ name: nameOf(path), title: titleOf(yaml), yaml })),
});

function nameOf(path: string): string {
  return path.replace(/^.*\/|\.yaml$/g, "");
}

/** The first sentence of the comment that it opens with. */
function titleOf(yaml: string): string {
  const comment = /^(#.*\n)*/.exec(yaml)![0].replace(/^# ?/gm, "").replace(/\s+/g, " ").trim();
  return /^.*?[.?!:](?= |$)/.exec(comment)?.[0] ?? comment;
}
