// How a policy is recognised, in table and plot alike.

const MARKS = ["●", "▲", "■", "◆", "○", "△", "□", "◇", "★", "✚", "✖", "☆"];

/** A mark of one column, by the policy's place in the run. */
export function seriesMark(number: number): string {
  return MARKS[number % MARKS.length];
}
