// Classes at rest: their tasks are a number until one of them has to be looked at; it is then placed on its CPU as the sleeper that
// it has been all along. What ends a rest: alarms, a Poisson process for each class, drawn cell by cell of time, so that whatever
// stretch of it matters can be drawn alone (docs/rules.md, 3).

#include "twins.h"

struct alarm {
  ticks at;
  struct task *task;
  struct alarm *next;
};

enum {
  ALARMS_MAX = 8192,
  STRETCH_MEAN = 2048, // alarms expected in one stretch at most
  STRETCH_MAX = 1 << 22, // ticks
};

static enum { UNTOUCHED, PENDING, SWITCHED } rest; // what the transition has made of those that are not placed
static uint32_t resting_count; // of all classes
static uint32_t *resting_left; // by class

static uint64_t resting_classes; // a bit each
static double alarm_rate; // a tick, of all classes
static struct alarm found[ALARMS_MAX];
static struct alarm queued[ALARMS_MAX], *free_alarm;
static uint32_t queued_count;

static void prepare_rests(void) {
  if (model.class_count > CLASSES_MAX) fail("too many classes");
  resting_left = table(model.class_count, sizeof *resting_left);
  for (uint32_t n = 0; n < model.class_count; n++) {
    const struct class *class = &model.classes[n];
    if (class->resting < 0) continue;
    resting_classes |= UINT64_C(1) << n;
    alarm_rate += class->count / model.phases[class->resting].length;
  }
}

static void reset_rests(void) {
  rest = UNTOUCHED;
  resting_count = 0;
  for (uint32_t n = 0; n < model.class_count; n++) {
    const struct class *class = &model.classes[n];
    resting_left[n] = class->resting < 0 ? 0 : class->count;
    resting_count += resting_left[n];
  }
  free_alarm = NULL;
  queued_count = 0;
}

/** A task in its place, nothing else known of it. */
static void place_task(struct task *t) {
  *t = (struct task){.class = t->class};
  set_placed(t);
  t->cpu = &cpus[model.home[number_of(t)]];
}

/** The same for one of a class that rests: from now on it is a task like any. */
static void place_restless(struct task *t) {
  single(&cpus[model.home[number_of(t)]]);
  place_task(t);
  resting_left[t->class - model.classes]--;
  resting_count--;
}

/** Places the task, asleep, unless it is placed already. */
static void place_sleeper(struct task *t) {
  if (is_placed(t)) return;
  place_restless(t);
  t->phase = &model.phases[t->class->resting];
  t->state = SLEEP;
  t->wake_at = FOREVER;
  t->switched = rest == SWITCHED;
  if (rest != PENDING) return;
  t->flags |= TIF_PATCH_PENDING;
  count_straggler(t->cpu, 1);
}

static bool is_rest_pending(void) {
  return resting_count > 0 && rest == PENDING;
}

/** The last of them in the order of tasks; there is one. */
static struct task *last_resting(void) {
  uint32_t n = model.class_count - 1;
  while (resting_left[n] == 0) n--;
  struct task *t = &tasks[model.classes[n].first + model.classes[n].count - 1];
  while (is_placed(t)) t--;
  return t;
}

// Alarms.

/** The longest stretch of time that may be delivered at once. */
static ticks longest_stretch(void) {
  return (ticks)fmax(1, fmin(STRETCH_MAX, STRETCH_MEAN / alarm_rate));
}

static uint32_t collect_class(uint32_t number, ticks from, ticks until, uint32_t count) {
  const struct class *class = &model.classes[number];
  uint32_t entity = class_entity(class);
  int64_t last = (until + model.settle) / class->cell;
  for (int64_t n = (from + 1 + model.settle) / class->cell; n <= last; n++) {
    uint32_t alarms = poisson(class->none, class->alarms, uniform(entity, DURATION, (uint32_t)n));
    for (uint32_t k = 1; k <= alarms; k++) {
      double within = (double)class->cell * uniform(entity + k * CLASSES_MAX, DURATION, (uint32_t)n);
      ticks at = n * class->cell - model.settle + (ticks)within;
      if (at <= from || at > until) continue;
      found[count].at = at;
      found[count++].task =
          &tasks[class->first + (uint32_t)(class->count * uniform(entity + k * CLASSES_MAX, SPLIT, (uint32_t)n))];
    }
  }
  return count;
}

/** Finds the alarms after `from` and up to `until` of these classes; how many there are. */
static uint32_t collect(ticks from, ticks until, uint64_t classes) {
  uint32_t count = 0;
  for (; classes != 0; classes &= classes - 1)
    count = collect_class((uint32_t)__builtin_ctzll(classes), from, until, count);
  return count;
}

/** The task's alarm is to be heard: it is placed, and its CPU has the alarm in its queue. */
static void queue_alarm(ticks at, struct task *t) {
  place_sleeper(t);
  struct alarm *alarm = free_alarm;
  if (alarm != NULL) free_alarm = alarm->next;
  else alarm = &queued[queued_count++];
  struct alarm **link = &t->cpu->alarms;
  while (*link != NULL && ((*link)->at < at || ((*link)->at == at && (*link)->task < t))) link = &(*link)->next;
  *alarm = (struct alarm){at, t, *link};
  *link = alarm;
  ticks *next = &next_event[cpu_number(t->cpu)];
  *next = least(*next, at);
}

/** Takes the first alarm out of the CPU's queue; its task. */
static struct task *take_alarm(struct cpu *c) {
  struct alarm *alarm = c->alarms;
  c->alarms = alarm->next;
  alarm->next = free_alarm;
  free_alarm = alarm;
  return alarm->task;
}

/** Nobody follows the CPU for now: what is queued will be found again. */
static void forget_alarms(struct cpu *c) {
  if (c->alarms != NULL) c->delivered = c->alarms->at - 1;
  while (c->alarms != NULL) take_alarm(c);
}
