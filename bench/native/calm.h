// Calm CPUs: nothing happens there but that tasks at rest wake, work for a moment and rest again, and once all rest no trace of it is
// left. Of a long calm only the end has to be followed.

#include "events.h"

/** More alarms than this at the end of a calm are not worth looking at one by one. */
#define FOUND_FEW 32

/** What CPUs that cannot be told apart have alike. */
static struct site {
  uint64_t classes; // at rest that have tasks there
  bool forgets; // once they rest again, that they ever worked
  ticks work; // that those tasks may ask for, if all are awake
} * sites;

static ticks oblivion; // without an alarm for so long, a CPU that forgets has forgotten
static bool starts_calm; // settling is long enough to be forgotten itself: everyone may start at rest

/** Asked to reschedule, does a task in this mode give way at once? */
static bool yields(enum mode mode) {
  return mode == USER || (mode == GUEST && (model.guest_mask & TIF_NEED_RESCHED) != 0);
}

/** Notes one more task of its CPU. */
static void meet_task(const struct task *t) {
  struct site *site = &sites[model.home[number_of(t)]];
  const struct class *class = t->class;
  if (class->resting >= 0) {
    site->classes |= UINT64_C(1) << (class - model.classes);
    if (class->most_work >= FOREVER) site->forgets = false;
    else site->work += class->most_work;
  } else if (twins[model.home[number_of(t)]].runner != t || !runs_for_ever(class) ||
             !yields(model.phases[class->start[0].phase].mode)) {
    site->forgets = false;
  }
}

static void share_among_twins(const struct group *group) {
  struct site all = {.forgets = true};
  for (uint32_t n = 0; n < group->size; n++) {
    const struct site *site = &sites[cpu_number(group->members[n])];
    all.classes |= site->classes;
    all.forgets &= site->forgets;
  }
  for (uint32_t n = 0; n < group->size; n++) {
    struct site *site = &sites[cpu_number(group->members[n])];
    site->classes = all.classes;
    site->forgets = all.forgets;
  }
}

static bool is_worthwhile(void) {
  return 2 * (double)oblivion * alarm_rate <= FOUND_FEW;
}

/**
 * How long forgetting takes without alarms. A task that wakes is owed half a latency: where it takes the CPU at once and its work is
 * less, the runner stands by until all rest again. Elsewhere the runner runs in between, for no longer than they work and a slice at
 * either end; and then alone for a slice.
 */
static void prepare_calm(void) {
  sites = table(model.cpus, sizeof *sites);
  for (uint32_t n = 0; n < model.cpus; n++) sites[n].forgets = model.scheduler_tick && !model.balanced[n];
  for (uint32_t n = 0; n < model.tasks; n++) meet_task(&tasks[n]);
  for (uint32_t n = 0; n < group_count; n++) share_among_twins(&groups[n]);
  ticks longest = 0, most = 0;
  for (uint32_t n = 0; n < model.class_count; n++) {
    if (model.classes[n].resting >= 0) longest = greatest(longest, model.classes[n].most_work);
  }
  starts_calm = resting_classes != 0;
  for (uint32_t n = 0; n < model.cpus; n++) {
    if (sites[n].classes == 0) continue;
    most = greatest(most, sites[n].work);
    if (model.lone[n] || !sites[n].forgets) starts_calm = false;
  }
  ticks among_runners = 2 * most + 3 * (model.latency + model.min_granularity + SECOND / model.hz + 1);
  bool stands_by =
      model.wakeup_granularity >= 0 && model.latency / 2 > model.wakeup_granularity && longest < model.latency / 2;
  oblivion = stands_by ? most + 1 : among_runners;
  if (model.settle < 6 * among_runners || !is_worthwhile()) starts_calm = false;
}

static const struct site *site_of(const struct cpu *c) {
  return &sites[cpu_number(c)];
}

/** May all alarms up to this time but the last be left out? */
static bool outlasts(ticks from, ticks until) {
  return until - from > 2 * oblivion && is_worthwhile() && !is_rest_pending();
}

/** Does current run on as it did, however often it gives way for a moment? */
static bool is_unmoved(const struct cpu *c) {
  const struct task *t = c->current;
  if (t->context != PHASE || t->left < FOREVER || c->look_at != NEVER) return false;
  if (t->flags == 0) return true;
  if (t->flags != TIF_PATCH_PENDING) return false;
  if (t->phase->mode == KERNEL) return true;
  return t->phase->mode == GUEST &&
         ((model.guest_updates | model.guest_leaves | model.guest_eats) & TIF_PATCH_PENDING) == 0;
}

/** Is there nothing on this CPU before that time but, perhaps, alarms, with nothing that they could change in passing? */
static bool is_calm(struct cpu *c, ticks until) {
  if (!site_of(c)->forgets || peek(c) < until || c->signalled_asleep) return false;
  if (c->worker != WORKER_NONE || c->ready_count > 0) return false;
  if (c->current == NULL) return c->stragglers == 0 && twins[cpu_number(c)].runner == NULL;
  return c->stragglers == ((c->current->flags & TIF_PATCH_PENDING) != 0) && is_unmoved(c);
}

/** Is the CPU, or the one that stands for it, followed, and has it not come so far? */
static bool is_awaited(const struct alarm *alarm) {
  const struct cpu *c = stand_in_of(&cpus[model.home[number_of(alarm->task)]]);
  return c->followed && alarm->at > c->delivered;
}

static bool on_one_cpu(const struct alarm *a, const struct alarm *b) {
  return model.home[number_of(a->task)] == model.home[number_of(b->task)];
}

/** The first of a row of alarms on this one's CPU in which each comes before the one before is forgotten, this one the last. */
static ticks memory_from(const struct alarm *last, uint32_t count) {
  ticks first = last->at;
  for (bool again = true; again;) {
    again = false;
    for (const struct alarm *other = found; other < found + count; other++) {
      if (other->at >= first || other->at <= first - oblivion || !on_one_cpu(other, last)) continue;
      first = other->at;
      again = true;
    }
  }
  return first;
}

/** Is the stretch long enough to tell for each CPU when it last had forgotten everything? */
static bool is_clear(uint32_t count, ticks begin, ticks until) {
  for (const struct alarm *alarm = found; alarm < found + count; alarm++) {
    if (alarm->at > until - oblivion && memory_from(alarm, count) - oblivion < begin) return false;
  }
  return true;
}

/** Is it in the row that ends with the CPU's last alarm, and is that one not forgotten? */
static bool is_heard(const struct alarm *alarm, uint32_t count, ticks until) {
  if (!is_awaited(alarm)) return false;
  const struct alarm *last = alarm;
  for (const struct alarm *other = found; other < found + count; other++) {
    if (on_one_cpu(other, alarm) && other->at > last->at) last = other;
  }
  return last->at > until - oblivion && alarm->at >= memory_from(last, count);
}

/** A calm from `from`, or from earlier on, until `until`: queues what has to be heard of its end. */
static void hear_end(ticks from, ticks until, uint64_t classes) {
  ticks begin = until;
  uint32_t count;
  do {
    begin = greatest(from, begin - 2 * oblivion);
    count = collect(begin, until, classes);
  } while (begin > from && !is_clear(count, begin, until));
  for (const struct alarm *alarm = found; alarm < found + count; alarm++) {
    if (is_heard(alarm, count, until)) queue_alarm(alarm->at, alarm->task);
  }
}

static void hear_all(ticks from, ticks until, uint64_t classes) {
  uint32_t count = collect(from, until, classes);
  for (const struct alarm *alarm = found; alarm < found + count; alarm++) {
    if (is_awaited(alarm)) queue_alarm(alarm->at, alarm->task);
  }
}
