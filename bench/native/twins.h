// CPUs that cannot be told apart: each alone with one task that stays where it is for ever, or with nobody, and draws nothing
// before somebody comes. One of them, the last, stands for all until it or another is needed for itself.

#include "state.h"

struct group {
  uint32_t size;
  struct cpu **members, *stand_in;
};

/** What a CPU is among its like. */
static struct twin {
  struct group *group; // NULL: there is none like it
  uint32_t place;
  struct task *runner; // the one task that lives there, those placed when needed not counted
  bool hermit; // one of a ranked class lives there
} * twins;

static struct group *groups;
static uint32_t group_count;
/** CPUs that stand for somebody at the start of every replica; those that have become present since, in that order. */
static struct cpu **initial, **arrived;
static uint32_t initial_count, arrived_count;

/** Can anything happen there: does somebody live there, may somebody be moved there, does the idle task count? */
static bool is_active(uint32_t cpu) {
  return model.idle_tasks || model.balanced[cpu] || twins[cpu].runner != NULL || twins[cpu].hermit;
}

/** Do the class's tasks start in one phase that never ends? */
static bool runs_for_ever(const struct class *class) {
  const struct phase *phase = &model.phases[class->start[0].phase];
  return class->start_count == 1 && !phase->exponential && phase->length >= (double)FOREVER;
}

/** And draw nothing in it? */
static bool stays_for_ever(const struct class *class) {
  const struct phase *phase = &model.phases[class->start[0].phase];
  if (!runs_for_ever(class)) return false;
  if (phase->mode == GUEST) return phase->exits == 0 || (model.guest_mask & TIF_PATCH_PENDING) == 0;
  return phase->mode == USER || phase->mode == KERNEL;
}

static bool are_twins(uint32_t a, uint32_t b) {
  struct task *one = twins[a].runner, *other = twins[b].runner;
  if (model.lone[a] != model.lone[b] || model.balanced[a] != model.balanced[b]) return false;
  return one == NULL || other == NULL ? one == other : one->class == other->class && one < other;
}

static void join_group(uint32_t cpu) {
  uint32_t n = 0;
  while (n < group_count && !are_twins(cpu_number(groups[n].stand_in), cpu)) n++;
  struct group *group = &groups[n];
  if (n == group_count) {
    group_count++;
    group->members = table(model.cpus, sizeof *group->members);
  }
  group->stand_in = &cpus[cpu];
  group->members[group->size] = &cpus[cpu];
  twins[cpu].group = group;
  twins[cpu].place = group->size++;
}

static void prepare_twins(void) {
  twins = table(model.cpus, sizeof *twins);
  groups = table(model.cpus, sizeof *groups);
  initial = table(model.cpus, sizeof *initial);
  arrived = table(model.cpus, sizeof *arrived);
  bool *different = table(model.cpus, sizeof *different);
  for (uint32_t n = 0; n < model.tasks; n++) {
    uint32_t cpu = model.home[n];
    if (tasks[n].class->resting >= 0) continue;
    if (tasks[n].class->long_sleep >= 0) {
      twins[cpu].hermit = true;
      continue;
    }
    bool pinned = !model.balanced[cpu] || model.sets[model.set_of[n]].count == 1;
    if (twins[cpu].runner != NULL || !pinned || !stays_for_ever(tasks[n].class)) different[cpu] = true;
    twins[cpu].runner = &tasks[n];
  }
  for (uint32_t cpu = 0; cpu < model.cpus; cpu++) {
    if (is_active(cpu) && !different[cpu]) join_group(cpu);
  }
  for (uint32_t cpu = 0; cpu < model.cpus; cpu++) {
    struct group *group = twins[cpu].group;
    if (!is_active(cpu) || (group != NULL && group->stand_in != &cpus[cpu])) continue;
    cpus[cpu].weight = group == NULL ? 1 : group->size;
    initial[initial_count++] = &cpus[cpu];
  }
  free(different);
}

/** The last of each group stands for all of it again. */
static void reset_twins(void) {
  for (uint32_t n = 0; n < arrived_count; n++) arrived[n]->weight = 0;
  for (struct group *group = groups; group < groups + group_count; group++) {
    group->stand_in = group->members[group->size - 1];
    group->stand_in->weight = group->size;
  }
  arrived_count = 0;
  present_count = initial_count;
  memcpy(present, initial, initial_count * sizeof *initial);
}

/** The CPU whose state is this one's. */
static inline struct cpu *stand_in_of(struct cpu *c) {
  return c->weight > 0 ? c : twins[cpu_number(c)].group->stand_in;
}

static void insert_cpu(struct cpu **list, uint32_t count, struct cpu *c) {
  for (; count > 0 && list[count - 1] > c; count--) list[count] = list[count - 1];
  list[count] = c;
}

static struct task *in_place_of(struct task *t, struct task *other, struct task *runner) {
  return t == other ? runner : t;
}

/** A CPU goes on from its twin's state, standing for so many. */
static void arrive(struct cpu *c, struct cpu *twin, uint32_t weight) {
  struct task *runner = twins[cpu_number(c)].runner, *other = twins[cpu_number(twin)].runner;
  *c = *twin;
  c->weight = weight;
  c->current = in_place_of(twin->current, other, runner);
  c->ready = in_place_of(twin->ready, other, runner);
  next_event[cpu_number(c)] = INT64_MIN;
  waiting_count += c->ready_count;
  straggler_count += c->stragglers;
  idle_straggler_count += c->idle_pending;
  if (runner != NULL) {
    *runner = *other;
    runner->cpu = c;
    set_placed(runner);
  }
  insert_cpu(present, present_count++, c);
  arrived[arrived_count++] = c;
}

/** From now on this CPU stands for itself alone. */
static void single(struct cpu *c) {
  if (c->weight == 1) return;
  struct twin *twin = &twins[cpu_number(c)];
  if (c->weight == 0) {
    twin->group->stand_in->weight--;
    arrive(c, twin->group->stand_in, 1);
    return;
  }
  uint32_t place = twin->place - 1;
  while (twin->group->members[place]->weight != 0) place--;
  twin->group->stand_in = twin->group->members[place];
  uint32_t others = c->weight - 1;
  c->weight = 1;
  arrive(twin->group->stand_in, c, others);
}
