// The normal distribution, as far as intervals of means need it.

const NORMAL_95 = 1.959963984540054;
const STEPS = 60;

/** The z between whose negative and which a normal variable lies with probability `confidence`, from 0 up to 1 - 1e-9. */
export function normalQuantile(confidence: number): number {
  if (confidence === 0.95) return NORMAL_95;
  const wanted = (1 + confidence) / 2;
  let low = 0;
  let high = 7;
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/** By its series: Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004). */
function normalCdf(x: number): number {
  let sum = x;
  let term = x;
  for (let k = 3; sum + term !== sum; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.5 * Math.log(2 * Math.PI));
}
