// A run of an experiment besides transition.

import { experimentPicture as pictureOf } from "../../../src/report/experiment-picture.js";
import { experimentOf, ScenarioError } from "../../../src/scenario/index.js";
import { simulateExperimentOn } from "../../../src/simulate-experiment.js";
import { type Handler, seldom } from "./handler.js";
import { onPool } from "./pool.js";
import { optionsOf } from "./run.js";

export const experiment: Handler<"experiment"> = ({ workers, ...order }, { signal, part }) => {
  const named = experimentOf(order.yaml);
  if (named === "transition")
    throw new ScenarioError([{ field: "experiment", message: "expected rseq or memory-fault, got transition" }]);
  const { policies: variants, ...options } = optionsOf(order);
  const onProgress = seldom(part);
  return onPool(workers, (pool) =>
    simulateExperimentOn(pool, named, "release", { ...options, variants, signal, onProgress }),
  );
};

export const experimentPicture: Handler<"experimentPicture"> = ({ result }) => {
  const picture = pictureOf(result);
  return picture === undefined ? null : { title: picture.title, svg: picture.light };
};
