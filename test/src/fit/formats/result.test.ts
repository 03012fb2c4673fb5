import { constants } from "node:os";
import { expect, it } from "vitest";
import { resultOf } from "../../../../src/fit/formats/result.js";

it("every error of this machine has its number", () => {
  const own = Object.entries(constants.errno).filter(
    ([name]) => !["EWOULDBLOCK", "EDEADLOCK", "EOPNOTSUPP", "ENOTSUP"].includes(name),
  );
  expect(own.length).toBeGreaterThan(70);
  for (const [name, number] of own) expect([name, resultOf(`-1 ${name} (whatever)`)]).toEqual([name, -number]);
});

it.each([
  ["12", 12],
  ["-1", -1],
  ["0x7fb5bfae3000", 0x7fb5bfae3000],
  ["3</tmp/a = 5>", 3],
  ["1 ([{fd=3, revents=POLLIN}])", 1],
  ["? ERESTARTSYS (To be restarted if SA_RESTART is set)", -512],
  ["-1 (errno 524)", -524],
  ["-1 ENEVERHEARDOF (Unknown)", null],
  ["?", null],
  ["", null],
])("%s is %s", (text, result) => {
  expect(resultOf(text)).toBe(result);
});
