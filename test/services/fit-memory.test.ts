import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const MEGABYTES = 2000;
const PEAK_MAX = 300; // MiB

describe("a trace of 2 GB", () => {
  it.each(["perf-script", "ftrace", "trace-cmd"])(
    `in the layout of %s is read in less than ${PEAK_MAX} MiB of memory`,
    (format) => {
      const row = execFileSync(process.execPath, ["bench/fit.js", format, String(MEGABYTES)], {
        encoding: "utf8",
      }).trim();
      const [name, megabytes, , , peak] = row.split(",");
      expect([name, Number(megabytes) >= MEGABYTES]).toEqual([format, true]);
      expect(Number(peak)).toBeLessThan(PEAK_MAX);
    },
  );
});
