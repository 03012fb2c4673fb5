// What is wrong with a litmus test, and what in it is right but beyond the explorers.

import { describeProblem, type Problem } from "../scenario/errors.js";

/** Lines and columns from 1. */
export interface Place {
  file?: string | undefined;
  line: number;
  column: number;
}

/** The test's text cannot be understood: one line with file, line, column, what was expected and a near miss. */
export class LitmusError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(describeProblem(problem));
    this.name = "LitmusError";
    this.problem = problem;
  }
}

/** Something of the kernel's format that no explorer knows (RCU): no error, but no verdict either. */
export class UnsupportedWord extends Error {
  readonly place: Place;

  constructor(reason: string, place: Place) {
    super(reason);
    this.name = "UnsupportedWord";
    this.place = place;
  }
}

export function fail({ file, line, column }: Place, message: string, hint?: string): never {
  throw new LitmusError({
    ...(file === undefined ? {} : { file }),
    line,
    column,
    field: "",
    message,
    ...(hint === undefined ? {} : { hint }),
  });
}
