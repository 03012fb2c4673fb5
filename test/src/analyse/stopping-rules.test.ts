import { describe, expect, it } from "vitest";
import { parseStopping } from "../../../src/analyse/stopping-rules.js";

const ruleOf = (text: string) => parseStopping([text])[0]!.rules[0];

describe("a stopping rule", () => {
  it.each([
    ["p99 ci < 1%", { kind: "precision", figure: 0.99, policy: undefined, width: { share: 0.01 } }],
    ["p99.9 ci<0.5%", { kind: "precision", figure: 0.999, width: { share: 0.005 } }],
    ["mean linux-5.19 ci < 50ms", { kind: "precision", figure: "mean", policy: "linux-5.19", width: { ms: 50 } }],
    ["P(>60s) < 1% @ 99%", { kind: "test", seconds: 60, policy: undefined, share: 0.01, confidence: 0.99 }],
    ["P( > 1m ) kvm-v2 < 0.01", { kind: "test", seconds: 60, policy: "kvm-v2", share: 0.01, confidence: 0.95 }],
    ["time < 30s", { kind: "time", seconds: 30 }],
  ])("Always: %s is read, and keeps its text", (text, rule) => {
    expect(ruleOf(text)).toMatchObject({ ...rule, text });
  });

  it("Always: rules are joined by and, or by or", () => {
    const [both, either] = parseStopping(["p50 ci < 1% and time < 5s", " mean ci < 1% or p99 ci < 2% or time < 9s"]);
    expect(both).toMatchObject({ join: "and", rules: [{ text: "p50 ci < 1%" }, { text: "time < 5s" }] });
    expect(either!.join).toBe("or");
    expect(either!.rules.map(({ text }) => text)).toEqual(["mean ci < 1%", "p99 ci < 2%", "time < 9s"]);
  });

  it.each([
    ["", 1, "expected one of mean, p50, p90, p95, p99, p99.9, P(>60s) or time, got nothing"],
    ["mena ci < 1%", 1, "got mena; did you mean mean?"],
    ["p99 c < 1%", 7, "expected ci, got <"],
    ["p99 linux-5.19 cj < 1%", 16, "expected ci, got cj; did you mean ci?"],
    ["p99 ci > 1%", 8, "expected <, got >"],
    ["p99 ci < 0%", 10, "expected a share above 0% up to 100%, or a time such as 50ms, got 0%"],
    ["p99 ci < 1", 10, "expected a share above 0%"],
    ["p99 ci < 5", 10, "expected a share above 0%"],
    ["P(>60) < 1%", 4, "expected a time such as 60s, got 60"],
    ["P(>60s < 1%", 8, "expected ), got <"],
    ["P(>60s) < 100%", 11, "expected a probability above 0% and below 100%, got 100%"],
    ["P(>60s) < 1% @ 40%", 16, "expected a confidence from 50% to 99.9999%, got 40%"],
    ["time < soon", 8, "expected a time such as 60s, got soon"],
    ["p99 ci < 1% nad time < 5s", 13, "did you mean and?"],
    ["p99 ci < 1% and time < 5s or mean ci < 1%", 27, "expected and again, not both in one rule"],
  ])("Never: %j, and the message has column %d", (text, column, message) => {
    const fail = () => parseStopping([text]);
    expect(fail).toThrow(`--until "${text}":${column}: `);
    expect(fail).toThrow(message);
  });
});
