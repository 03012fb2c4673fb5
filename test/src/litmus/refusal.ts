import { LitmusError } from "../../../src/litmus/errors.js";

/** What is said to a test that is not taken; anything but a LitmusError goes on. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LitmusError) return error.message;
    throw error;
  }
  return "taken";
}
