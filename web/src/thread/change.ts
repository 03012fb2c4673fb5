// Values set in a scenario's text. Where a plain value is replaced by another, all else stays as it was, to the letter; where something
// comes or goes, the text is written anew with its comments and its order.

import { type Document, isScalar, parse, parseDocument, stringify } from "yaml";
import type { Change } from "../protocol.js";
import type { Handler } from "./handler.js";

export const change: Handler<"change"> = ({ yaml, changes }) => ({ yaml: changes.reduce(changed, yaml) });

function changed(text: string, { path, value }: Change): string {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`not valid YAML: ${error.message.split("\n")[0]}`);
  const inPlace = replaced(text, document, { path, value });
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, isCollection(value) ? document.createNode(value) : value);
  const whole = document.toString({ lineWidth: 0 });
  return inPlace !== undefined && sameValues(inPlace, whole) ? inPlace : whole;
}

/** With the value's own characters exchanged; undefined where there are none. */
function replaced(text: string, document: Document, { path, value }: Change): string | undefined {
  const node = document.getIn(path, true);
  if (!isScalar(node) || !node.range || isCollection(value) || value === undefined || value === null) return undefined;
  const [from, to] = node.range;
  return text.slice(0, from) + stringify(value, { lineWidth: 0 }).trimEnd() + text.slice(to);
}

function isCollection(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function sameValues(a: string, b: string): boolean {
  try {
    return JSON.stringify(parse(a)) === JSON.stringify(parse(b));
  } catch {
    return false;
  }
}
