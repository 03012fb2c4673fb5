// Ranked classes: each task alone on its CPU, a straggler only in its long sleep. Their wake-ups are drawn from the last on; the others
// are placed only when they are asked for (docs/rules.md, 3).

#include "rest.h"

static struct ranking {
  uint32_t sleepers, left; // at the start, and those of them not placed
  uint32_t names; // drawn so far
  double exponent; // minus the logarithm of the last order statistic drawn of uniform ones
  ticks last_wake; // of those not placed; 0: nobody else is in the long sleep
} *rankings; // by class

static void prepare_rankings(void) {
  rankings = table(model.class_count, sizeof *rankings);
}

/** Draws when the last of those not placed wakes. */
static void draw_last(const struct class *class) {
  struct ranking *of = &rankings[class - model.classes];
  of->last_wake = 0;
  if (of->left == 0) return;
  double u = uniform(class_entity(class), DURATION, of->sleepers - of->left);
  of->exponent += standard_exponential(u) / of->left;
  double beyond = exponential_cdf(of->exponent) * class->asleep_share;
  if (beyond >= class->long_share) return;
  of->last_wake = exceeded_ticks(model.phases[class->long_sleep].length, beyond / class->long_share);
}

/** Those of the class who are not asleep have been placed. */
static void rank_class(const struct class *class, uint32_t asleep) {
  rankings[class - model.classes] = (struct ranking){.sleepers = asleep, .left = asleep};
  draw_last(class);
}

static void place_alone(struct task *t) {
  single(&cpus[model.home[number_of(t)]]);
  place_task(t);
}

/** Places the last, asleep. */
static void place_last(const struct class *class) {
  struct ranking *of = &rankings[class - model.classes];
  struct task *t;
  do {
    t = &tasks[class->first + (uint32_t)(class->count * uniform(class_entity(class), SPLIT, of->names++))];
  } while (is_placed(t));
  place_alone(t);
  t->phase = &model.phases[class->long_sleep];
  t->wake_at = of->last_wake;
  fall_asleep(t);
  of->left--;
  draw_last(class);
}

/** Places, of all ranked classes, who wakes later than that. */
static void place_later(ticks than) {
  for (uint32_t n = 0; n < model.class_count; n++) {
    const struct class *class = &model.classes[n];
    while (class->long_sleep >= 0 && rankings[n].last_wake > than) place_last(class);
  }
}
