// The engine again in plain C, for the scenarios that docs/performance.md compares it on: the same draws and rules, hence the
// same counts. It prints them, and the seconds of CPU time that they took.

#include "transition.h"

#include <time.h>

static void make_current(struct cpu *c, struct task *t) {
  t->state = CURRENT;
  t->context = PHASE;
  c->current = t;
  c->run_from = start_of(c);
}

/** A task, placed, at a stationary random point of this phase: what is left of an exponential one is exponential, of a fixed one uniform. */
static void start_task(struct task *t, const struct phase *phase) {
  struct cpu *c = &cpus[model.home[number_of(t)]];
  double u = uniform(number_of(t), START, 1);
  ticks residual =
      phase->exponential || phase->length >= (double)FOREVER ? length_of(phase, u) : whole(phase->length * u);
  t->phase = phase;
  if (phase->mode == SLEEPING) {
    t->wake_at = after(start_of(c), residual);
    fall_asleep(t);
    return;
  }
  t->left = residual;
  if (model.lone[cpu_number(c)]) make_current(c, t);
  else {
    t->context = phase->mode == GUEST ? WORK : PHASE;
    if (phase->mode == USER) exit_to_user(t, THEN_CONTINUE);
    enqueue(c, t);
  }
}

static void place_class(const struct class *class) {
  for (struct task *t = tasks + class->first; t < tasks + class->first + class->count; t++) {
    if (cpus[model.home[number_of(t)]].weight == 0) continue;
    double u = class->start_count == 1 ? 0 : uniform(number_of(t), START, 0);
    place_task(t);
    start_task(t, choose(class->start, class->start_count, u));
  }
}

/** A task that starts in one of the phases of this part, all of which have the share `among`. */
static void start_among(enum part part, struct task *t, double among) {
  const struct class *class = t->class;
  double remaining = uniform(number_of(t), START, 0) * among, below = 0;
  uint32_t chosen = 0;
  for (const struct choice *choice = class->start; choice < class->start + class->start_count; choice++) {
    double weight = choice->cumulative - below;
    below = choice->cumulative;
    if (model.phases[choice->phase].part != part) continue;
    chosen = choice->phase;
    if (remaining < weight) break;
    remaining -= weight;
  }
  start_task(t, &model.phases[chosen]);
}

/** Of a class whose sleepers are drawn by class, the tasks that are not among them, each placed by `place`; how many. */
static uint32_t place_singly(const struct class *class, void (*place)(struct task *)) {
  uint32_t found = 0;
  for (uint32_t n = 0;; n++, found++) {
    n += geometric(class->asleep_share, uniform(class_entity(class), START, found));
    if (n >= class->count) return found;
    struct task *t = &tasks[class->first + n];
    place(t);
    start_among(SINGLY, t, 1 - class->asleep_share);
  }
}

/** Those of a ranked class who can matter: who is awake, and who wakes last, more than one if they do so together. */
static void place_ranked(const struct class *class) {
  rank_class(class, class->count - place_singly(class, place_alone));
  ticks *last_wake = &rankings[class - model.classes].last_wake, last = *last_wake;
  while (*last_wake == last && last > 0) place_last(class);
  for (struct task *t = tasks + class->first; last == 0 && t < tasks + class->first + class->count; t++) {
    if (is_placed(t)) continue;
    place_alone(t);
    start_among(LIGHT, t, class->asleep_share - class->long_share);
  }
}

/** The READY task with so many lower-numbered ones before it. */
static struct task *ready_by_number(struct cpu *c, uint32_t place) {
  struct task *found = NULL;
  for (uint32_t n = 0; n <= place; n++) {
    struct task *lowest = NULL;
    for (struct task *t = c->ready; t != NULL; t = t->next_ready) {
      if ((found == NULL || t > found) && (lowest == NULL || t < lowest)) lowest = t;
    }
    found = lowest;
  }
  return found;
}

/** Of the runnable tasks of a shared CPU, one drawn uniformly has run for a uniform part of its slice; all have had unequal parts. */
static void choose_runner(struct cpu *c) {
  uint32_t count = c->ready_count, entity = ENTITY_CPU + cpu_number(c);
  if (count == 0) return;
  if (count > 1) {
    double spread = (double)(model.latency > 0 ? model.latency : model.min_granularity);
    struct task *t = c->ready;
    waiting_count -= count;
    c->ready = NULL;
    c->ready_count = 0;
    while (t != NULL) {
      struct task *next = t->next_ready;
      t->vruntime = (ticks)(spread * uniform(number_of(t), START, 3));
      enqueue(c, t);
      t = next;
    }
  }
  struct task *runner =
      count == 1 ? c->ready : ready_by_number(c, (uint32_t)((double)count * uniform(entity, START, 0)));
  dequeue(c, runner);
  make_current(c, runner);
  if (count > 1) c->ran = (ticks)((double)slice(count) * uniform(entity, START, 1));
}

/** The CPU on which the patch is loaded, and tries run. */
static struct cpu *draw_loader(void) {
  return model.loader ? &cpus[(uint32_t)(model.cpus * uniform(ENTITY_HOST, START, 1))] : NULL;
}

static void reset(void) {
  set_jiffy_phase((ticks)(1e6 * uniform(ENTITY_HOST, START, 0)) +
                  SECOND * (ticks)(512 * uniform(ENTITY_HOST, START, 2)));
  transitioning = false;
  straggler_count = idle_straggler_count = 0;
  waiting_count = 0;
  last_switch.at = -1;
  listed_count = 0;
  memset(placed, 0, placed_words() * sizeof *placed);
  reset_rests();
  reset_twins();
  for (uint32_t n = 0; n < present_count; n++) clear_cpu(present[n]);
}

static void count_replica(uint64_t replica) {
  counts.tries += tries;
  counts.rounds += rounds;
  count_latency(replica, complete < 0 ? NEVER : complete);
  if (complete >= 0) {
    add_value(&counts.latency, &latencies, complete);
    add_value(&counts.last_switch, &last_switches, greatest(last_switch.at, 0));
    if (last_switch.at >= 0) blame[last_switch.phase * MECHANISMS + last_switch.mechanism]++;
    return;
  }
  counts.censored++;
  place_later(model.horizon);
  for (struct task *t = next_placed(tasks); t < tasks + model.tasks; t = next_placed(t + 1)) {
    if (!t->switched) stuck[t->phase - model.phases] += t->cpu->weight;
  }
  for (uint32_t n = 0; model.idle_tasks && n < present_count; n++) {
    if (!present[n]->idle_switched) stuck[model.phase_count] += present[n]->weight;
  }
}

static void run_replica(uint64_t seed, uint64_t replica) {
  select_replica(seed, replica);
  reset();
  struct cpu *loader = draw_loader();
  for (uint32_t n = 0; n < model.class_count; n++) {
    if (model.classes[n].long_sleep >= 0) place_ranked(&model.classes[n]);
    else if (model.classes[n].resting < 0) place_class(&model.classes[n]);
  }
  for (uint32_t n = 0; n < model.class_count; n++) {
    if (model.classes[n].resting >= 0 && !starts_calm) place_singly(&model.classes[n], place_restless);
  }
  if (loader != NULL) single(loader);
  for (uint32_t n = 0; n < present_count; n++) {
    if (!model.lone[cpu_number(present[n])]) choose_runner(present[n]);
  }
  reset_schedule(loader);
  run_to(0);
  follow(false);
  start_transition();
  run_transition();
  count_replica(replica);
}

/** Draws and what is made of them, as doubles, for whoever compares them with the Wasm module's. */
static void write_draws(uint64_t seed, uint32_t count) {
  select_replica(seed, 0);
  for (uint32_t n = 0; n < count; n++) {
    double u = uniform(n & 0xfffff, n % 7, n), small = u * u;
    double row[] = {u,
                    standard_exponential(u),
                    standard_exponential(1 - small),
                    (double)exponential_ticks(1e12, u),
                    geometric(1 - small, u),
                    exponential_cdf(small),
                    (double)exceeded_ticks(1e12, small),
                    power(-u)};
    fwrite(row, sizeof row, 1, stdout);
  }
}

static void run(const char *path, uint64_t seed, uint64_t first, uint64_t count) {
  read_model(path);
  prepare_counts();
  prepare_state();
  prepare_twins();
  prepare_rests();
  prepare_rankings();
  prepare_calm();
  prepare_schedule();
  prepare_transition();
  clock_t before = clock();
  for (uint64_t replica = first; replica < first + count; replica++) run_replica(seed, replica);
  printf("seconds %.6f\n", (double)(clock() - before) / CLOCKS_PER_SEC);
  print_counts();
}

static uint64_t integer(const char *text) {
  return strtoull(text, NULL, 10);
}

int main(int argc, char **argv) {
  if (argc == 6 && strcmp(argv[1], "run") == 0) run(argv[2], integer(argv[3]), integer(argv[4]), integer(argv[5]));
  else if (argc == 4 && strcmp(argv[1], "draws") == 0) write_draws(integer(argv[2]), (uint32_t)integer(argv[3]));
  else fail("usage: klpsim run MODEL SEED FIRST COUNT, or klpsim draws SEED COUNT");
}
