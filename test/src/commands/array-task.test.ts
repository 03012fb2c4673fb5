// Which part of an array job a task is, by what each batch system tells it.

import { describe, expect, it } from "vitest";
import { arrayTask } from "../../../src/commands/array-task.js";

const slurm = (id: number, min: number, max: number, count: number, step = 1) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_MIN: `${min}`,
  SLURM_ARRAY_TASK_MAX: `${max}`,
  SLURM_ARRAY_TASK_STEP: `${step}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
});
const sge = (id: string, first: string, last: string, step = "1") => ({
  SGE_TASK_ID: id,
  SGE_TASK_FIRST: first,
  SGE_TASK_LAST: last,
  SGE_TASK_STEPSIZE: step,
});

describe("arrayTask", () => {
  it.each([
    ["Slurm, --array=0-19", slurm(3, 0, 19, 20), 3, 20],
    ["Slurm, --array=1-20", slurm(20, 1, 20, 20), 19, 20],
    ["Slurm, --array=10-50:10", slurm(30, 10, 50, 5, 10), 2, 5],
    ["Slurm, --array=0-15:4", slurm(12, 0, 12, 4, 4), 3, 4],
    ["AWS Batch", { AWS_BATCH_JOB_ARRAY_INDEX: "4", AWS_BATCH_JOB_ARRAY_SIZE: "5" }, 4, 5],
    ["SGE, -t 1-20", sge("1", "1", "20"), 0, 20],
    ["SGE, -t 2-11:3, whose last task is 11", sge("11", "2", "11", "3"), 3, 4],
    ["SGE, -t 2-12:3, whose last task is 11 as well", sge("11", "2", "12", "3"), 3, 4],
  ])("knows index and count from %s", (_, env, index, of) => {
    expect(arrayTask({}, env)).toEqual({ index, of });
  });

  it.each([
    ["Kubernetes", { JOB_COMPLETION_INDEX: "7" }],
    ["PBS", { PBS_ARRAY_INDEX: "7" }],
    ["TORQUE", { PBS_ARRAYID: "7" }],
  ])("takes the index from %s, which does not tell the count", (_, env) => {
    expect(arrayTask({ of: 9 }, env)).toEqual({ index: 7, of: 9 });
    expect(() => arrayTask({}, env)).toThrow(/7 says nothing of the number of tasks: give it as --of/);
    expect(() => arrayTask({ of: 7 }, env)).toThrow("of 7 parts the indices are 0 to 6");
  });

  it("takes the numbers of part of an array as indices of the whole one, as merge names them", () => {
    expect(arrayTask({ of: 20 }, slurm(7, 3, 9, 4))).toEqual({ index: 7, of: 20 }); // --array=3,7-9
    expect(arrayTask({ of: 20 }, slurm(4, 4, 4, 1))).toEqual({ index: 4, of: 20 });
    expect(arrayTask({ of: 20 }, sge("6", "5", "8"))).toEqual({ index: 6, of: 20 });
  });

  it("does not guess where an array has gaps", () => {
    expect(() => arrayTask({}, slurm(7, 3, 9, 4))).toThrow(
      "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_STEP=1 SLURM_ARRAY_TASK_COUNT=4 leaves numbers out",
    );
  });

  it("lets options win over the environment", () => {
    expect(arrayTask({ index: 2, of: 3 }, slurm(7, 0, 19, 20))).toEqual({ index: 2, of: 3 });
    expect(arrayTask({ index: 2 }, slurm(7, 0, 19, 20))).toEqual({ index: 2, of: 20 });
    expect(arrayTask({ index: 2, of: 3 }, { PBS_ARRAY_INDEX: "what" })).toEqual({ index: 2, of: 3 });
  });

  it.each([
    ["nothing", {}, {}, "--index and --of: missing, and this is no task of an array: none of SLURM_ARRAY_TASK_ID,"],
    ["no index", { of: 3 }, {}, "--index: missing"],
    ["no count", { index: 3 }, {}, "--of: missing"],
    [
      "a job of SGE that is no array",
      {},
      sge("undefined", "undefined", "undefined", "undefined"),
      "--index and --of: missing",
    ],
    ["an index that is too large", { index: 3, of: 3 }, {}, "--index 3: of 3 parts the indices are 0 to 2"],
    [
      "more tasks than parts",
      { of: 10 },
      slurm(7, 0, 19, 20),
      "--of 10: but there are 20 tasks (SLURM_ARRAY_TASK_ID=7",
    ],
    [
      "a number that is none",
      { of: 3 },
      { PBS_ARRAY_INDEX: "one" },
      'PBS_ARRAY_INDEX: expected a whole number from 0 to 1000000000, got "one"',
    ],
    [
      "two systems at once",
      {},
      { ...slurm(7, 0, 19, 20), PBS_ARRAYID: "2" },
      "SLURM_ARRAY_TASK_ID=7 and PBS_ARRAYID=2 are both set",
    ],
    [
      "an index outside its array",
      {},
      { AWS_BATCH_JOB_ARRAY_INDEX: "5", AWS_BATCH_JOB_ARRAY_SIZE: "5" },
      "AWS_BATCH_JOB_ARRAY_INDEX=5 AWS_BATCH_JOB_ARRAY_SIZE=5 leaves numbers out",
    ],
  ])("refuses %s, and says which variables or options", (_, given, env, message) => {
    expect(() => arrayTask(given, env)).toThrow(message);
  });
});
