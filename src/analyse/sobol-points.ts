// Sobol' points: a low-discrepancy sequence in the unit cube, for designs whose every run is dear. No npm library that is kept
// up has one. Initial direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional
// projections", SIAM J. Sci. Comput. 30 (2008), their set D6 for the first dimensions; recurrence as in Bratley and Fox,
// ACM Trans. Math. Software 14 (1988).

/** By dimension from the second on: degree and inner coefficients of a primitive polynomial over GF(2), then the initial m. */
const DIRECTIONS: readonly (readonly [degree: number, coefficients: number, m: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
  [7, 4, [1, 3, 7, 13, 13, 15, 69]],
];

export const SOBOL_DIMENSIONS_MAX = DIRECTIONS.length + 1;
const BITS = 32;

/**
 * The first 2^log2Count points, each coordinate in (0, 1). Every point is moved by half a step of the grid they form, so that 0 is not
 * among them and their mean is 1/2.
 */
export function sobolPoints(log2Count: number, dimensions: number): Float64Array[] {
  if (!(Number.isInteger(log2Count) && 0 <= log2Count && log2Count < BITS))
    throw new RangeError(`sobolPoints: expected log2Count from 0 to ${BITS - 1}, got ${log2Count}`);
  if (!(Number.isInteger(dimensions) && 1 <= dimensions && dimensions <= SOBOL_DIMENSIONS_MAX))
    throw new RangeError(`sobolPoints: expected 1 to ${SOBOL_DIMENSIONS_MAX} dimensions, got ${dimensions}`);
  const directions = Array.from({ length: dimensions }, (_, d) => directionsOf(d));
  const count = 2 ** log2Count;
  const state = new Uint32Array(dimensions);
  return Array.from({ length: count }, (_, n) => {
    // Antonov and Saleev: the n-th point differs from the one before in the direction of n's lowest bit.
    if (n > 0) for (let d = 0; d < dimensions; d++) state[d]! ^= directions[d]![Math.log2(n & -n)]!;
    return Float64Array.from(state, (x) => x / 2 ** BITS + 0.5 / count);
  });
}

/** Direction numbers of a dimension as binary fractions of 32 bits, for the bits of n from the lowest on. */
function directionsOf(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  const [degree, coefficients, m] = dimension === 0 ? [0, 0, []] : DIRECTIONS[dimension - 1]!;
  for (let k = 0; k < BITS; k++) {
    if (dimension === 0) v[k] = 2 ** (BITS - 1 - k);
    else if (k < degree) v[k] = m[k]! * 2 ** (BITS - 1 - k);
    else {
      v[k] = v[k - degree]! ^ (v[k - degree]! >>> degree);
      for (let i = 1; i < degree; i++) if ((coefficients >> (degree - 1 - i)) & 1) v[k]! ^= v[k - i]!;
    }
  }
  return v;
}
