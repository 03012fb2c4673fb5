// The incomplete gamma function, as far as residuals of Weibull laws need it: in logarithms, by the power series below a + 1 and by
// Lentz's continued fraction above (as in assembly/distribution.ts).

import { gamma } from "../scenario/durations.js";

const TERMS_MAX = 1000;
const NEGLIGIBLE = 1e-16;

/** log of the share of Gamma(a) that is above x, for a from 0.01 to 20. */
export function logUpperGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = a * Math.log(x) - x - Math.log(gamma(a + 1));
  if (x < a + 1) return Math.log1p(-Math.exp(front) * series(a, x));
  return front + Math.log(a * fraction(a, x));
}

/** 1 + x / (a + 1) + x^2 / (a + 1) (a + 2) + ... */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < TERMS_MAX && term > sum * NEGLIGIBLE; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < TERMS_MAX; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < NEGLIGIBLE) break;
  }
  return value;
}
