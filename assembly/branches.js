// Conditions that branch as soon as they are decided. asc writes `a && b` as a number, (if (result i32) a b 0), and an inlined
// predicate as a block with a result; V8 computes that number and then tests it. Works on a module's text.

let labels = 0;

/** The module's text with every condition of an `if` or `br_if` taken apart. */
export function branchEarly(text) {
  labels = 0;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/g).values();
  const [module] = parse(tokens);
  return print(module.map((field) => (field[0] === "func" ? rewrite(field) : field)));
}

/** What the next tokens spell, up to a closing bracket or their end. */
function parse(tokens) {
  const list = [];
  for (let token = tokens.next(); !token.done && token.value !== ")"; token = tokens.next()) {
    list.push(token.value === "(" ? parse(tokens) : token.value);
  }
  return list;
}

function print(node) {
  return typeof node === "string" ? node : `(${node.map(print).join(" ")})`;
}

function rewrite(node) {
  if (typeof node === "string") return node;
  const [head, ...rest] = node.map(rewrite);
  if (head === "if") return rewriteIf(rest);
  if (head === "br_if" && rest.length === 2 && isCompound(rest[1])) {
    return into((next) => branch(rest[1], rest[0], next));
  }
  return [head, ...rest];
}

function rewriteIf(parts) {
  const type = parts.filter(isResult);
  const [condition, [, ...then], otherwise] = parts.slice(type.length);
  if (!isCompound(condition)) return ["if", ...parts];
  const taken = (no) => [into((yes) => branch(condition, yes, no)), ...then.slice(0, -1)];
  if (otherwise === undefined) return into((no) => [...taken(no), ...then.slice(-1)]);
  return into((end) => {
    const last = type.length > 0 ? [["br", end, ...then.slice(-1)]] : [...then.slice(-1), ["br", end]];
    return [...type, into((no) => [...taken(no), ...last]), ...otherwise.slice(1)];
  });
}

/** A block with what `fill` puts in, given the label of its end. */
function into(fill) {
  const label = `$early${labels++}`;
  return ["block", label, ...fill(label)];
}

/** Instructions that end at one of two labels. */
function branch(condition, yes, no) {
  const [head, ...parts] = condition;
  if (head === "i32.eqz") return branch(parts[0], no, yes);
  if (head === "i32.const") return jump(Number(parts[0]) ? yes : no);
  if (head === "br" || head === "return" || head === "unreachable") return [condition];
  if (!isCompound(condition)) return [["br_if", yes, condition], ...jump(no)];
  if (head === "if") return branchIf(parts, yes, no);
  const [label] = parts[0][0] === "$" ? parts : [];
  const body = parts.filter((part) => part !== label && !isResult(part));
  return last(
    body.flatMap((part) => leave(part, label, yes, no)),
    yes,
    no,
  );
}

function branchIf([, test, [, ...then], [, ...otherwise]], yes, no) {
  const taken = (next) => [into((ahead) => branch(test, ahead, next)), ...last(then, yes, no)];
  return [into(taken), ...last(otherwise, yes, no)];
}

function jump(label) {
  return [["br", label]];
}

/** Statements of which the last one is a condition. */
function last(statements, yes, no) {
  return [...statements.slice(0, -1), ...branch(statements.at(-1), yes, no)];
}

/** Inside a block that was a condition: where it ended with a value it goes where this leads. */
function leave(node, label, yes, no) {
  if (typeof node === "string") return [node];
  if (node[0] === "br" && node[1] === label) return branch(node[2], yes, no);
  if (!isDroppedExit(node) || node[1][1] !== label) return [node.flatMap((part) => leave(part, label, yes, no))];
  const [, , value, test] = node[1];
  return [["br_if", Number(value[1]) ? yes : no, ...leave(test, label, yes, no)]];
}

/** (drop (br_if label (i32.const value) test)) */
function isDroppedExit([head, exit]) {
  return head === "drop" && exit[0] === "br_if" && exit[2][0] === "i32.const";
}

function isResult(node) {
  return node[0] === "result";
}

/** Is there more than one way through this condition, all of them plain? */
function isCompound(node) {
  if (node[0] === "i32.eqz") return isCompound(node[1]);
  return (node[0] === "if" || node[0] === "block") && node.some(isResult) && isPlain(node);
}

/** Labels get no values but constants. */
function isPlain(node) {
  if (typeof node === "string") return true;
  if (isDroppedExit(node)) return isPlain(node[1][3]);
  return node[0] !== "br_table" && (node[0] !== "br_if" || node.length < 4) && node.every(isPlain);
}
