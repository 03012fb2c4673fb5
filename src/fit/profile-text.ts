// A profile as YAML with its remarks as comments: what fit writes is meant to be read, and changed by hand.

import { Document, isMap, isNode, isSeq, type Node, type Pair, visit, type YAMLMap } from "yaml";
import { nanoseconds, whole } from "../report/format.js";
import { wrap } from "../report/wrap.js";
import type { ReadTrace } from "./fit-result.js";
import type { Observed } from "./observed.js";
import type { Profile, Remark } from "./profile.js";

const WIDTH = 120;

/** `head`: what stands above all, in lines. */
export function profileText({ scenario, remarks }: Profile, head: readonly string[]): string {
  const document = new Document(scenario);
  document.commentBefore = head.map((line) => (line === "" ? "" : ` ${line}`)).join("\n");
  for (const remark of remarks) put(document, remark);
  visit(document, { Pair: (_, pair) => flowWhereShort(pair) });
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: true });
}

function put(document: Document, { path, text, behind }: Remark): void {
  if (behind) {
    const value = document.getIn(path, true);
    if (isNode(value)) value.comment = ` ${text}`;
    return;
  }
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = (parent as YAMLMap).items.find((item) => String(item.key) === String(path.at(-1)));
  const indent = 2 * (path.length - 1);
  const lines = text.split("\n").flatMap((line) => wrap(line, WIDTH - indent - 2).split("\n"));
  (pair!.key as Node).commentBefore = lines.map((line) => ` ${line}`).join("\n");
}

/** Laws, lists and what follows in a line. */
const IN_A_LINE = ["duration", "next", "stack", "functions", "policies", "run", "vary"];

function flowWhereShort({ key, value }: Pair): void {
  if ((isMap(value) || isSeq(value)) && IN_A_LINE.includes(String(key))) value.flow = true;
}

/** What the profile is made of, and what to do with it. */
export function profileHead(traces: readonly ReadTrace[], { window, cpus }: Observed, draws: number): string[] {
  const from = traces.map(({ name, title, quality: { events } }) => `${name} (${title}, ${whole(events)} events)`);
  const during = window > 0 ? ` in ${nanoseconds(window)}${cpus > 0 ? ` on ${cpus} CPUs` : ""}` : "";
  return [
    `What a host did${during}, as klpsim fit found it in`,
    ...from.map((one) => `  ${one}`),
    `  klpsim run PROFILE --patch-functions ...   how long a livepatch takes here`,
    ...(draws > 0
      ? [`  klpsim sweep PROFILE                       how far the recording determines that: ${draws} drawn workloads`]
      : []),
    "Intervals are at 99%. docs/record.md says what a recording can tell and what it cannot.",
  ];
}
