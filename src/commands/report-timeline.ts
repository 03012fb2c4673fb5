// The slowest transition of a run as a picture, replayed from the scenario in the run's directory.

import { bestOf } from "../report/headline.js";
import type { DirectoryInput } from "../report/read-input.js";
import type { Picture } from "../report/report-input.js";
import { watched } from "./watched.js";

const WIDTH = 864;

/** Of the policy that the headline is about, else the first; none where there is no run. @throws ReplayError */
export async function slowestTransition({ content, scenario }: DirectoryInput): Promise<Picture[]> {
  const { kind, result } = content;
  if (kind !== "run" && kind !== "compare") return [];
  const found = bestOf(result.results) ?? result.results[0];
  const [worst] = found?.worst ?? [];
  if (found === undefined || worst === undefined) return [];
  const { replay } = await import("../replay/replay.js");
  const { timelineSvg } = await import("../report/timeline-plot.js");
  const { policy } = found;
  const seed = BigInt(result.seed);
  const told = await watched("simulated ms", (watch) =>
    replay({ scenario, policy, replica: worst.replica, seed, ...watch }),
  );
  const title = `${policy}, replica ${worst.replica}: the slowest of ${found.replicas.toLocaleString("en-US")}`;
  const svg = (theme: "light" | "dark") => timelineSvg(told, { width: WIDTH, theme });
  return [{ name: "timeline", title, light: svg("light"), dark: svg("dark") }];
}
