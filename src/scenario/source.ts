// A scenario's text: YAML 1.2, or JSON as its subset. Reads it to plain values and remembers where each stood.

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import { type Locate, type Path, type Place, Problems } from "./errors.js";

export const TEXT_LENGTH_MAX = 2 << 20;
const DEPTH_MAX = 64;
const NODES_DEPTH_MAX = 2 * DEPTH_MAX; // a map's value is two nodes below the map
const VALUES_MAX = 1_000_000;
const ALIAS_MAX = 1000;

export interface Source {
  value: unknown;
  locate: Locate;
}

/** A scenario's text, or the object that it would hold. */
export function sourceOf(scenario: string | object, file?: string): Source {
  return typeof scenario === "string" ? readText(scenario, file) : readObject(scenario, file);
}

/** With places that know the file only. */
export function readObject(object: unknown, file?: string): Source {
  const locate = () => (file === undefined ? {} : { file });
  return { value: plain(object, new Problems(locate)), locate };
}

/** Throws a ScenarioError for anything that is not one document of plain values. */
export function readText(text: string, file?: string): Source {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { ...(file === undefined ? {} : { file }), ...(line > 0 ? { line, column: col } : {}) };
  };
  rejectUnreadable(text, file);
  const document = parse(text, lines, place);
  const locate: Locate = (path, key) => place(offsetOf(document, path, key === true));
  const value = toValue(document, locate);
  return { value: plain(value, new Problems(locate)), locate };
}

function rejectUnreadable(text: string, file?: string): void {
  const problems = new Problems(() => (file === undefined ? {} : { file }));
  if (text.length > TEXT_LENGTH_MAX) problems.add([], `longer than ${TEXT_LENGTH_MAX} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  else if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/.test(text))
    problems.add([], "not a text file: expected YAML or JSON");
  else if (text.replace(/^\ufeff/, "").trim() === "")
    problems.add([], "the file is empty: expected a scenario in YAML or JSON");
  problems.throwIfAny();
}

function parse(text: string, lineCounter: LineCounter, place: (offset: number) => Place): Document {
  let document: Document;
  const problems = new Problems(() => ({}));
  const fail = (offset: number, message: string) => problems.list.push({ ...place(offset), field: "", message });
  try {
    document = parseDocument(text, {
      lineCounter,
      intAsBigInt: true,
      prettyErrors: false,
      uniqueKeys: false, // compares each key with all others: checkNodes() does it in one pass
    }) as Document;
  } catch (error) {
    fail(0, `not readable as YAML: ${messageOf(error)}`);
    problems.throwIfAny();
    throw error;
  }
  const errors = [...document.errors, ...document.warnings];
  const tooDeep = errors.find((error) => /call stack/.test(error.message));
  if (tooDeep !== undefined) fail(tooDeep.pos[0], `nested deeper than ${DEPTH_MAX} levels`);
  else for (const error of errors) fail(error.pos[0], explain(error.code, error.message));
  problems.throwIfAny();
  if (document.contents === null) fail(0, "the file is empty: expected a scenario in YAML or JSON");
  else checkNodes(document, fail);
  problems.throwIfAny();
  return document;
}

/** What YAML allows and a scenario does not mean: names twice or no names, aliases of nothing, bottomless nesting. */
function checkNodes(document: Document, fail: (offset: number, message: string) => void): void {
  const anchors = new Set<string>();
  let aliases = 0;
  visit(document, {
    Node: (_, node, path) => {
      const offset = node.range?.[0] ?? 0;
      if (path.length > NODES_DEPTH_MAX) {
        fail(offset, `nested deeper than ${DEPTH_MAX} levels`);
        return visit.BREAK;
      }
      if (isAlias(node) && ++aliases > ALIAS_MAX) {
        fail(offset, `more than ${ALIAS_MAX} aliases`);
        return visit.BREAK;
      }
      if (isAlias(node) && !anchors.has(node.source))
        fail(offset, `*${node.source} stands for nothing: no &${node.source} before it`);
      if (!isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor);
      if (isMap(node)) checkNames(node, fail);
      return undefined;
    },
  });
}

function checkNames(map: YAMLMap, fail: (offset: number, message: string) => void): void {
  const names = new Set<string>();
  for (const { key } of map.items) {
    const offset = (isNode(key) ? key : map).range?.[0] ?? 0;
    if (!isScalar(key)) fail(offset, "expected a name, not a list, map or alias in its place");
    else if (names.has(String(key.value))) fail(offset, "duplicate key: each name may stand once");
    else names.add(String(key.value));
  }
}

function explain(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "more than one document: expected one scenario a file";
  return `not valid YAML: ${message.split("\n")[0]}`;
}

function toValue(document: Document, locate: Locate): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIAS_MAX });
  } catch (error) {
    const problems = new Problems(locate);
    problems.add([], `not readable as plain values: ${messageOf(error)}`);
    problems.throwIfAny();
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A copy in plain values: integers as numbers (as text where a number would lose digits), no cycles, no prototypes. */
export function plain(value: unknown, problems: Problems): unknown {
  let count = 0;
  const copy = (at: unknown, path: Path): unknown => {
    if (++count > VALUES_MAX) return fail(`more than ${VALUES_MAX} values`, []);
    if (path.length > DEPTH_MAX) return fail(`nested deeper than ${DEPTH_MAX} levels`, path.slice(0, 8));
    if (typeof at === "bigint") return Number.isSafeInteger(Number(at)) ? Number(at) : String(at);
    if (typeof at !== "object" || at === null) return at;
    if (Array.isArray(at)) return Array.from(at, (item, i) => copy(item, [...path, i]));
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(at)) {
      if (key === "__proto__") return fail("a name that cannot be used", [...path, key]);
      if (item !== undefined) result[key] = copy(item, [...path, key]);
    }
    return result;
  };
  const fail = (message: string, path: Path): never => {
    problems.add(path, message);
    problems.throwIfAny();
    throw new Error(message);
  };
  return copy(value, []);
}

/** Where a value stands; where it stands not, the nearest one around it. */
function offsetOf(document: Document, path: Path, wantKey: boolean): number {
  let node = resolve(document, document.contents);
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const found = childOf(node, step);
    if (found === undefined) break;
    const last = depth === path.length - 1;
    const start = (last && wantKey ? found.key : found.value)?.range?.[0] ?? found.key?.range?.[0];
    if (start !== undefined) offset = start;
    node = resolve(document, found.value);
  }
  return offset;
}

function resolve(document: Document, node: Node | null | undefined): Node | undefined {
  if (isAlias(node)) return node.resolve(document) as Node | undefined;
  return node ?? undefined;
}

function childOf(node: Node | undefined, step: string | number): { key?: Node; value?: Node } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
    if (pair === undefined) return undefined;
    return { ...(isNode(pair.key) ? { key: pair.key } : {}), ...(isNode(pair.value) ? { value: pair.value } : {}) };
  }
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    return isNode(item) ? { value: item } : undefined;
  }
  return undefined;
}
