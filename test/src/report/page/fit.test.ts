// The page of a fit: everything in it, nothing fetched, names that are HTML harmless.

import { beforeAll, describe, expect, it } from "vitest";
import { fitResult } from "../../../../src/fit/fit-result.js";
import { profileOf } from "../../../../src/fit/profile.js";
import { Quality } from "../../../../src/fit/quality.js";
import { fitPage } from "../../../../src/report/page/fit-report.js";
import { fitted, madeClass, madeFit, madeObserved, madePhase } from "../../fit/made-fits.js";

let page: string;
beforeAll(() => {
  const observed = madeClass("reader", [
    madePhase("user", "user", { next: new Map([["read-sleep", 1]]) }),
    madePhase("read-sleep", "sleep", { call: "read", next: new Map([["user", 1]]) }),
  ]);
  observed.comms.set("<script>alert(1)</script>", 1);
  const endless = madeFit({
    mean: { value: Number.POSITIVE_INFINITY, low: 1e9, high: Number.POSITIVE_INFINITY },
    curve: [],
    cautions: ["nothing ended"],
  });
  const classes = [fitted(observed, { "read-sleep": endless })];
  const recording = madeObserved([observed]);
  const quality = new Quality();
  quality.unread(7, "<img src=x>", "no time");
  quality.lost(12);
  const profile = profileOf(recording, classes, {}, "host");
  const read = [{ name: "t.txt", format: "ftrace", title: "ftrace text", quality }];
  page = fitPage(fitResult(read, recording, classes, profile), "workload: {}");
});

describe("The page of a fit", () => {
  it("has a plot twice, wide and narrow, of each duration that was seen, and words for the others", () => {
    expect(page.match(/<svg[^>]*class="(wide|narrow)"/g)).toHaveLength(2);
    expect(page).toContain("read-sleep: sleep, in read. Exponential, mean for ever (99%: above 1 s)");
    expect(page).toContain("Nothing ended.");
  });

  it("says what is wrong with the recording", () => {
    expect(page).toContain("1 of 0 lines could not be read");
    expect(page).toContain("the recorder lost 12 events");
    expect(page).toContain("t.txt:7");
  });

  it("Never: a name or a line of the trace becomes HTML, or the page fetches or runs anything", () => {
    expect(page).not.toMatch(/<script|<img|<[^>]*src=|@import|url\(/);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("default-src 'none'");
  });
});
