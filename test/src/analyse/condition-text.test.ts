import { describe, expect, it } from "vitest";
import { type Expression, parseCondition } from "../../../src/analyse/condition-text.js";
import { ScenarioError } from "../../../src/scenario/index.js";

const POLICIES = ["linux-5.1", "linux-5.13", "linux-6.1+", "linux-6.1", "a/b:c"];

/** With brackets around every operation. */
function shown(expression: Expression): string {
  if (expression.of === "constant") return `${expression.value}${expression.kind === "time" ? "ms" : ""}`;
  if (expression.of === "operation")
    return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`;
  const { figure } = expression;
  const name = "p" in figure ? `q${figure.p}` : "ms" in figure ? `later${figure.ms}` : figure.name;
  return `${name}[${expression.policy}]`;
}

function read(text: string): string {
  const { left, comparator, right } = parseCondition(text, POLICIES);
  return `${shown(left.expression)} ${comparator} ${shown(right.expression)}`;
}

describe("a condition", () => {
  it.each([
    ["p99 linux-5.13 > 1.1 * p99 linux-5.1", "q0.99[1] > (1.1 * q0.99[0])"],
    ["p99.9 linux-6.1<=1m30s", "q0.999[3] <= 90000ms"],
    ["P(>60s) linux-6.1 >= 5%", "later60000[3] >= 0.05"],
    ["P ( > 500ms ) A - P(>500ms) B > 1 %", "(later500[0] - later500[1]) > 0.01"],
    ["mean linux-6.1 - mean linux-5.1 + 2 s > 0 s", "((mean[3] - mean[0]) + 2000ms) > 0ms"],
    ["eintr A + 2 * ipis B / 4 == 0.5", "(eintr[0] + ((2 * ipis[1]) / 4)) == 0.5"],
    ["(mean A + mean B) / 2 < 5s", "((mean[0] + mean[1]) / 2) < 5000ms"],
    ["mean A / mean B > 1.1", "(mean[0] / mean[1]) > 1.1"],
    ["GUESTEXITS A != 1e3", "guestExits[0] != 1000"],
    ["1s < p50 linux-6.1+", "1000ms < q0.5[2]"],
    ["violations a/b:c > 0", "violations[4] > 0"],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("takes the longest name that stands there, and an operator after one that is none's beginning", () => {
    expect(read("p50 linux-6.1+ > p50 linux-6.1")).toBe("q0.5[2] > q0.5[3]");
    expect(read("p50 linux-5.1+1s > 3s")).toBe("(q0.5[0] + 1000ms) > 3000ms");
    expect(read("p50 linux-5.13-p50 linux-5.1 > 3s")).toBe("(q0.5[1] - q0.5[0]) > 3000ms");
  });

  it("takes A for the first policy unless one is called so", () => {
    const { left } = parseCondition("p50 A > 1s", ["B", "A"]);
    expect(left.expression).toMatchObject({ policy: 1 });
  });

  it.each([
    ["p99 linux-5.2 > 1s", 5, "no policy of this run is called linux-5.2; did you mean linux-5.1?"],
    ["p99 linux-5.133 > 1s", 5, "called linux-5.133; did you mean linux-5.13?"],
    ["p99 Z > 1s", 5, "called Z: expected linux-5.1, linux-5.13"],
    ["mena A > 1s", 1, "there is no figure mena; did you mean mean?"],
    ["p100 A > 1s", 1, "there is no figure p100: expected one of p50"],
    ["  tails A > 1s", 3, "there is no figure tails"],
    ["p99 A > 60", 9, "give it a unit, as 60s"],
    ["p99 A + 3 > 60s", 9, "give it a unit"],
    ["censored A > 60s", 14, "a time can only be compared with a time"],
    ["mean A * mean B > 1s", 10, "multiplied and divided by numbers"],
    ["1 / mean A > 1", 5, "multiplied and divided by numbers"],
    ["P(>60) A > 1%", 4, "expected a time with a unit"],
    ["P(>60s A > 1%", 8, "expected )"],
    ["p99 A", 6, "expected a comparison: <, <=, >, >=, == or !=, got the end"],
    ["p99 > 1s", 5, "expected a policy's name"],
    ["p99 A > ", 9, "got the end"],
    ["p99 A > 1s and p99 B > 1s", 12, 'expected the end, or + - * /, got "and'],
    ["p99 A > 60sec2", 9, "expected a figure"],
    ["", 1, "got the end"],
  ])("%s is refused, with its column", (text, column, message) => {
    const parse = () => parseCondition(text, POLICIES);
    expect(parse).toThrow(ScenarioError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(`--fail-if "${text}", column ${column}:`);
  });
});
