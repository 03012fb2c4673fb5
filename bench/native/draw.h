// Draws and what is made of them (docs/rules.md, 1): Squares, 5 rounds, 64 bits out, a pure function of (seed, replica,
// entity, purpose, n); log and exp, bit for bit those of the Wasm module; whole ticks.

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tables.h" // LOG_TABLE and EXP_TABLE, written by build.js

/** Simulated time in ticks of 1 us. */
typedef int64_t ticks;

#define SECOND INT64_C(1000000)
#define FOREVER ((ticks)1 << 52)
#define NEVER INT64_MAX

enum purpose { START, DURATION, NEXT, AFFECTED, LOOK, COST, SPLIT };
enum { ENTITY_CPU = 65536, ENTITY_HOST = 131071, ENTITY_PROCESS = 131072, ENTITY_CLASS = 262144 };

static uint64_t key;

static uint64_t mix(uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

static void select_replica(uint64_t seed, uint64_t replica) {
  key = mix(mix(seed) + replica * 0x9e3779b97f4a7c15) | 1;
}

static inline uint64_t swap_halves(uint64_t x) {
  return x << 32 | x >> 32;
}

static inline uint64_t squares64(uint64_t counter) {
  uint64_t y = counter * key, z = y + key, x = y;
  x = swap_halves(x * x + y);
  x = swap_halves(x * x + z);
  x = swap_halves(x * x + y);
  uint64_t fourth = x * x + z;
  x = swap_halves(fourth);
  return fourth ^ (x * x + y) >> 32;
}

/** Uniform in (0, 1), in steps of 2^-52. */
static inline double uniform(uint32_t entity, enum purpose purpose, uint32_t n) {
  uint64_t bits = squares64(entity | (uint64_t)purpose << 20 | (uint64_t)n << 24);
  return ((double)(int64_t)(bits >> 12) + 0.5) * 0x1p-52;
}

/**
 * The logarithm of a positive normal number, by table and polynomial, without fused multiplication: x = 2^k z, z near the
 * centre c of one of 128 intervals, log x = log1p(z / c - 1) + log c + k log 2. Near 1 a polynomial in x - 1 alone.
 */
static inline double logarithm(double x) {
  uint64_t bits;
  memcpy(&bits, &x, 8);
  if (bits - 0x3fee000000000000 < 0x0003090000000000) {
    double r = x - 1, r2 = r * r, r3 = r * r2;
    double rest = r3 * (0x1.5555555555577p-2 + r * -0x1.ffffffffffdcbp-3 + r2 * 0x1.999999995dd0cp-3 +
                        r3 * (-0x1.55555556745a7p-3 + r * 0x1.24924a344de3p-3 + r2 * -0x1.fffffa4423d65p-4 +
                              r3 * (0x1.c7184282ad6cap-4 + r * -0x1.999eb43b068ffp-4 + r2 * 0x1.78182f7afd085p-4 +
                                    r3 * -0x1.5521375d145cdp-4)));
    double w = r * 0x1p27;
    double high = r + w - w, low = r - high;
    double square = high * high * -0.5;
    double hi = r + square;
    double lo = r - hi + square;
    lo += -0.5 * low * (high + r);
    return rest + lo + hi;
  }
  uint64_t offset = bits - 0x3fe6000000000000;
  const double *row = LOG_TABLE[offset >> 45 & 127];
  double k = (double)((int64_t)offset >> 52);
  uint64_t scaled = bits - (offset & 0xfff0000000000000);
  double z;
  memcpy(&z, &scaled, 8);
  double r = (z - row[2] - row[3]) * row[0];
  double w = k * 0x1.62e42fefa38p-1 + row[1];
  double hi = w + r;
  double lo = w - hi + r + k * 0x1.ef35793c7673p-45;
  double r2 = r * r;
  return lo + r2 * -0x1.0000000000001p-1 +
         r * r2 *
             (0x1.555555551305bp-2 + r * -0x1.fffffffeb459p-3 +
              r2 * (0x1.999b324f10111p-3 + r * -0x1.55575e506c89fp-3)) +
         hi;
}

/** e to the power of x, 2^-54 < |x| < 512: x = k log 2 / 128 + r, 2^(k / 128) from a table (its error, its bits), exp r by a polynomial. */
static inline double power(double x) {
  double shifted = x * (0x1.71547652b82fep0 * 128) + 0x1.8p52;
  uint64_t k;
  memcpy(&k, &shifted, 8);
  double whole_k = shifted - 0x1.8p52;
  double r = x + whole_k * -0x1.62e42fefa0000p-8 + whole_k * -0x1.cf79abc9e3b3ap-47;
  double error, scale;
  uint64_t bits = EXP_TABLE[k & 127][1] + (k << 45);
  memcpy(&error, &EXP_TABLE[k & 127][0], 8);
  memcpy(&scale, &bits, 8);
  double r2 = r * r;
  double rest = error + r + r2 * (0x1.ffffffffffdbdp-2 + r * 0x1.555555555543cp-3) +
                r2 * r2 * (0x1.55555cf172b91p-5 + r * 0x1.1111167a4d017p-7);
  return scale + scale * rest;
}

/** Whole ticks: 0 stays 0, anything longer is at least one tick, FOREVER at most. */
static inline ticks whole(double value) {
  if (value <= 0) return 0;
  if (value >= (double)FOREVER) return FOREVER;
  ticks rounded = (ticks)(value + 0.5);
  return rounded > 1 ? rounded : 1;
}

static inline double standard_exponential(double u) {
  return -logarithm(1 - u);
}

static inline ticks exponential_ticks(double mean, double u) {
  return whole(mean * standard_exponential(u));
}

/** Probability that one is `e` at most, to the last digits also where it is small. */
static inline double exponential_cdf(double e) {
  if (e > 0x1p-9) return 1 - power(-e);
  return e * (1 - e / 2 * (1 - e / 3 * (1 - e / 4 * (1 - e / 5))));
}

/** The ticks that one of this mean exceeds with probability p. */
static inline ticks exceeded_ticks(double mean, double p) {
  return whole(-mean * logarithm(p));
}

/** How many successes of probability p come before the first failure; at most 65536. */
static inline uint32_t geometric(double p, double u) {
  return p >= 1 ? 65536 : (uint32_t)fmin(65536, floor(logarithm(u) / logarithm(p)));
}

/** The Poisson number of this mean for the draw u, where the probability of none, exp(-mean), is known. */
static inline uint32_t poisson(double none, double mean, double u) {
  double term = none, sum = term;
  uint32_t n = 0;
  while (u >= sum && n < 64) {
    n++;
    term *= mean / n;
    sum += term;
  }
  return n;
}
