// A fixed piece of work that the engine's rates are compared with: multiplications, branches that cannot be foreseen, a
// table that fills a first-level cache, a logarithm now and then. Whoever changes it renews all stored ratios.

const STEPS = 2 ** 20;
const table = new Float64Array(2 ** 12);

/** About 10 ms. */
export function calibrate() {
  let x = 0x9e3779b9;
  for (let n = 0; n < STEPS; n++) {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    x ^= x >>> 12;
    const at = x & (table.length - 1);
    if ((x & 0x30000) === 0) table[at] = Math.log(1 + (x >>> 8));
    else if (x < 0) table[at] += 1;
    else table[at] = 0.5 * table[(at + 1) & (table.length - 1)];
  }
  return table[0];
}
