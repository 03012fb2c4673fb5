// A scenario's text: YAML 1.2, or JSON as its subset. Reads it to plain values and remembers where each stood.

import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  visit,
  type YAMLMap,
} from "yaml";
import { type Locate, type Path, type Place, Problems, ScenarioError } from "./errors.js";

export const TEXT_LENGTH_MAX = 2 << 20;
const DEPTH_MAX = 64;
const NODES_DEPTH_MAX = 2 * DEPTH_MAX; // a map's value is two nodes below the map
const TOKENS_DEPTH_MAX = 2 * NODES_DEPTH_MAX; // more than any that checkNodes() lets through
const VALUES_MAX = 1_000_000;
/** Whole numbers are read exactly, which takes the square of their length. */
const LONG_NUMBER = /[0-9a-fA-F_]{1000}/;
const ALIAS_MAX = 1000;
/** Of the language itself; nobody reads on beyond. */
const ERRORS_MAX = 100;

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
  else if (LONG_NUMBER.test(text)) problems.add([], "a number of a thousand digits or more");
  else if (text.replace(/^\ufeff/, "").trim() === "")
    problems.add([], "the file is empty: expected a scenario in YAML or JSON");
  problems.throwIfAny();
}

function parse(text: string, lineCounter: LineCounter, place: (offset: number) => Place): Document {
  const documents: Document[] = [];
  const problems = new Problems(() => ({}));
  const fail = (offset: number, message: string) => problems.list.push({ ...place(offset), field: "", message });
  const tokens = shallow(new Parser(lineCounter.addNewLine).parse(text), (offset) => {
    fail(offset, `nested deeper than ${DEPTH_MAX} levels`);
    problems.throwIfAny();
  });
  const composer = new Composer({
    lineCounter,
    intAsBigInt: true,
    prettyErrors: false,
    uniqueKeys: false, // compares each key with all others: checkNodes() does it in one pass
  });
  try {
    for (const document of composer.compose(tokens, true, text.length))
      if (documents.push(document as Document) === 2) break;
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    fail(0, `not readable as YAML: ${messageOf(error)}`);
    problems.throwIfAny();
  }
  const [document, second] = documents as [Document, Document?];
  for (const error of [...document.errors, ...document.warnings].slice(0, ERRORS_MAX))
    fail(error.pos[0], `not valid YAML: ${error.message.split("\n")[0]}`);
  if (second !== undefined) fail(second.range?.[0] ?? 0, "more than one document: expected one scenario a file");
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

/** The text's tokens while they are no deeper than values may be: what composes them recurses, and a stack that is full ends the process. */
function* shallow(tokens: Iterable<CST.Token>, tooDeep: (offset: number) => void): Generator<CST.Token> {
  for (const token of tokens) {
    const todo: [CST.Token, number][] = [[token, 0]];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const [at, depth] = next;
      if (depth > TOKENS_DEPTH_MAX) tooDeep(at.offset);
      for (const inner of insideOf(at)) todo.push([inner, depth + 1]);
    }
    yield token;
  }
}

function insideOf(token: CST.Token): CST.Token[] {
  if (token.type === "document") return token.value === undefined ? [] : [token.value];
  if (!("items" in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((one) => one != null));
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
