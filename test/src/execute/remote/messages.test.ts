import fc from "fast-check";
import { expect, it } from "vitest";
import { MessageError, oneLine, readNotice, readOrder, readWorker } from "../../../../src/execute/remote/messages.js";
import { damaged, damagedText } from "./malformed.js";
import { ADDRESS, ORDER, TEXT } from "./small-order.js";

const NOTICE = { what: "failed", shard: "0123456789ab-0123456789ab-1-0-8", worker: "w", reason: "no memory" };
const WORKER = { id: "w", threads: 4, version: "0.1.0", modules: "0123456789ab" };

it("reads an order, a notice and a worker's sign as they were written", () => {
  expect(readOrder(ADDRESS, TEXT)).toEqual(ORDER);
  expect(readNotice(JSON.stringify(NOTICE))).toEqual(NOTICE);
  expect(readWorker(JSON.stringify(WORKER))).toEqual(WORKER);
});

it("Never: a malformed notice or sign is an error of any other kind, or brings more than lines to a terminal", () => {
  const isLine = (text: unknown) => typeof text !== "string" || /^\P{C}{0,303}$/u.test(text);
  for (const [read, sent] of [
    [readNotice, NOTICE],
    [readWorker, WORKER],
  ] as const) {
    const text = JSON.stringify(sent);
    const malformed = fc.oneof(
      damaged(sent).map((one) => JSON.stringify(one)),
      damagedText(text),
      fc.json(),
      fc.string(),
    );
    const judge = (line: string) => {
      try {
        expect(Object.values(read(line)).every(isLine)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(MessageError);
        expect((error as Error).message).toSatisfy(isLine);
      }
    };
    fc.assert(fc.property(malformed, judge), { numRuns: 2000, seed: 7 });
  }
});

it("shows texts from elsewhere in one line, without what moves a cursor", () => {
  expect(oneLine("a\u001b[2J\nb\u202ec")).toBe("a [2J b c");
  expect(oneLine("x".repeat(400))).toHaveLength(303);
});
