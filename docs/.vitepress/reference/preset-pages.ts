// docs/policies.md and docs/behaviours.md: what klpsim policies and klpsim behaviours show, all of it on one page.

import { behaviours, policies, type Topic } from "../../../src/commands/presets.js";
import { anchor, fence, plain, table } from "./markdown.js";

export function policiesPage(): string {
  return page(
    "Policies",
    `A policy is a record of mechanisms: how a kernel, or a proposal, chases stragglers. \`policies: [linux-6.1, kvm-v2]\` in a scenario, or \`--policy\`, names some; your own is a
YAML record, or file, that \`extends\` one: \`{ extends: linux-6.1, signalEveryTries: 5 }\`. What each field means: [scenario.md](scenario.md#policies). Where each rule is from:
[model.md](model.md). The command line says the same: \`klpsim policies NAME\`.`,
    policies(),
  );
}

export function behavioursPage(): string {
  return page(
    "Behaviours",
    `A behaviour says what the tasks of a class do: phases, how long each lasts, and which functions are on the stack meanwhile. \`behaviour: busy-guest\` in a class names one; your own
has \`phases\` in the same form, or \`extends\` one. What each field means: [scenario.md](scenario.md). The command line says the same: \`klpsim behaviours NAME\`.`,
    behaviours(),
  );
}

function page(title: string, intro: string, topics: Topic[]): string {
  const rows = topics.map(({ name, text }) => [`[\`${name}\`](#${anchor(name)})`, plain(text)]);
  const parts = topics.map(({ name, text, whole }) => {
    const heading = `## ${name}`;
    return [heading, plain(text), fence("yaml", withoutText(whole))].join("\n\n");
  });
  return [`# ${title}`, intro, table(["name", "what it is"], rows), ...parts].join("\n\n").concat("\n");
}

/** Without the comment that says what stands above it. */
function withoutText(whole: string): string {
  const lines = whole.split("\n");
  const source = lines.findIndex((line) => line.startsWith("# Where"));
  const first = source >= 0 ? source : lines.findIndex((line) => !line.startsWith("#"));
  return lines.slice(first).join("\n");
}
