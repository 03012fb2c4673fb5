// What replicas add up to, word for word as the Wasm module lays it out (assembly/histogram.ts).
//
//   replicas censored counters[10] tries rounds | latency | last switch | exceed[16] | blame[phase][mechanism] | stuck[phase]
//   a histogram: sum, squares low, squares high, counts[4096], sums[4096]

#include <inttypes.h>

#include "model.h"

enum { BUCKETS = 4096, COUNTERS = 10, THRESHOLDS_MAX = 16, MECHANISMS = 9, WORST_MAX = 10 };

struct histogram {
  uint64_t sum, squares_low, squares_high, counts[BUCKETS], sums[BUCKETS];
};

static struct {
  uint64_t replicas, censored, counters[COUNTERS], tries, rounds;
  struct histogram latency, last_switch;
  uint64_t exceed[THRESHOLDS_MAX];
} counts;

static uint64_t *blame, *stuck; // by phase; the phase after the last one stands for idle tasks

struct extremes {
  ticks least, most;
};
static struct extremes latencies = {INT64_MAX, -1}, last_switches = {INT64_MAX, -1};

/** The worst replicas, worst first; a censored one is worse than any (NEVER). */
static struct {
  uint64_t replica;
  ticks latency;
} worst[WORST_MAX];
static uint32_t worst_count;

static void prepare_counts(void) {
  if (model.threshold_count > THRESHOLDS_MAX) fail("too many thresholds");
  blame = table((model.phase_count + 1) * MECHANISMS, sizeof *blame);
  stuck = table(model.phase_count + 1, sizeof *stuck);
}

/** Exact below 128, then 128 buckets an octave. */
static uint32_t bucket_of(uint64_t value) {
  if (value < 128) return (uint32_t)value;
  int shift = 56 - __builtin_clzll(value);
  uint64_t bucket = ((uint64_t)shift << 7) + (value >> shift);
  return bucket < BUCKETS ? (uint32_t)bucket : BUCKETS - 1;
}

static void add_value(struct histogram *histogram, struct extremes *extremes, ticks value) {
  uint64_t square = (uint64_t)value * (uint64_t)value;
  uint32_t bucket = bucket_of((uint64_t)value);
  histogram->sum += (uint64_t)value;
  histogram->squares_low += square & UINT32_MAX;
  histogram->squares_high += square >> 32;
  histogram->counts[bucket]++;
  histogram->sums[bucket] += (uint64_t)value;
  if (value < extremes->least) extremes->least = value;
  if (value > extremes->most) extremes->most = value;
}

static void rank_worst(uint64_t replica, ticks latency) {
  uint32_t place = worst_count;
  while (place > 0 && latency > worst[place - 1].latency) place--;
  if (place >= WORST_MAX) return;
  if (worst_count < WORST_MAX) worst_count++;
  for (uint32_t n = worst_count - 1; n > place; n--) worst[n] = worst[n - 1];
  worst[place].replica = replica;
  worst[place].latency = latency;
}

/** Latency of one replica; NEVER: censored. */
static void count_latency(uint64_t replica, ticks latency) {
  counts.replicas++;
  for (uint32_t n = 0; n < model.threshold_count; n++) counts.exceed[n] += latency > model.thresholds[n];
  rank_worst(replica, latency);
}

static uint32_t print_words(const uint64_t *words, uint32_t count, uint32_t first) {
  for (uint32_t n = 0; n < count; n++) {
    if (words[n] != 0) printf("word %" PRIu32 " %" PRIu64 "\n", first + n, words[n]);
  }
  return first + count;
}

static void print_extremes(const char *name, struct extremes found) {
  if (found.most >= 0) printf("%s %" PRId64 " %" PRId64 "\n", name, found.least, found.most);
}

static void print_counts(void) {
  uint32_t at = print_words((const uint64_t *)&counts, sizeof counts / 8, 0);
  at = print_words(blame, (model.phase_count + 1) * MECHANISMS, at);
  print_words(stuck, model.phase_count + 1, at);
  print_extremes("latency", latencies);
  print_extremes("last_switch", last_switches);
  for (uint32_t n = 0; n < worst_count; n++) {
    printf("worst %" PRIu64 " %" PRId64 "\n", worst[n].replica, worst[n].latency == NEVER ? -1 : worst[n].latency);
  }
}
