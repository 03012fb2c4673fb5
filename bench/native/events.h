// One CPU up to a barrier: everything that can happen on it between two tries (docs/rules.md, 5). Events at which nothing could
// change are not visited: ticks without work, exits while no flag makes them matter.

#include "turns.h"

enum event { TICK, WAKE, ALARM, PHASE_END, LOOK_POINT, WORKER_WAKE };

/** The next tick at which something can change. */
static ticks next_tick(const struct cpu *c) {
  const struct task *t = c->current;
  if (!model.scheduler_tick) return NEVER;
  uint32_t work = t->phase->mode == USER    ? t->flags & EXIT_WORK
                  : t->phase->mode == GUEST ? t->flags & (model.guest_mask | TIF_NEED_RESCHED)
                                            : 0;
  if (work != 0) return jiffy_not_before(c->clock + 1);
  if (c->ready_count == 0 || (t->flags & TIF_NEED_RESCHED) != 0) return NEVER;
  ticks due = c->run_from + slice(c->ready_count + 1) - c->ran;
  return jiffy_not_before(greatest(due, c->clock + 1));
}

static void tick(struct cpu *c) {
  charge(c);
  if (c->ready_count > 0 && c->ran >= slice(c->ready_count + 1)) c->current->flags |= TIF_NEED_RESCHED;
  interrupt(c);
}

static inline void earlier(ticks candidate, enum event kind, ticks *at, enum event *event) {
  if (candidate >= *at) return;
  *at = candidate;
  *event = kind;
}

/** The next event, and when. */
static ticks find_event(struct cpu *c, enum event *event) {
  ticks at = NEVER;
  if (c->current != NULL) earlier(next_tick(c), TICK, &at, event);
  const struct task *sleeper = c->sleeper;
  if (sleeper != NULL) earlier(sleeper->wake_at, WAKE, &at, event);
  const struct alarm *alarm = c->alarms;
  if (alarm != NULL && (alarm->at < at || (alarm->at == at && *event == WAKE && alarm->task < sleeper))) {
    at = alarm->at;
    *event = ALARM;
  }
  if (c->current != NULL) {
    earlier(after(c->run_from, c->current->left), PHASE_END, &at, event);
    earlier(c->look_at, LOOK_POINT, &at, event);
  }
  earlier(c->worker_at, WORKER_WAKE, &at, event);
  return at >= FOREVER ? NEVER : at;
}

/** An alarm wakes the task if it rests. */
static bool rings(struct cpu *c, struct task *t) {
  if (t->state != SLEEP || t->phase->part != REST) return false;
  wake(c, t);
  t->wake_at = now;
  return true;
}

static void execute(struct cpu *c, enum event event) {
  switch (event) {
    case TICK:
      tick(c);
      break;
    case WAKE:
      wake(c, c->sleeper);
      break;
    case ALARM:
      if (!rings(c, take_alarm(c))) return;
      break;
    case PHASE_END:
      charge(c);
      c->current->left = 0;
      end_phase(c->current);
      break;
    case LOOK_POINT:
      c->look_at = NEVER;
      interrupt(c);
      break;
    case WORKER_WAKE:
      c->worker_at = NEVER;
      c->worker = WORKER_WAITING;
      if (c->current == NULL) break;
      charge(c);
      c->current->flags |= TIF_NEED_RESCHED;
      interrupt(c);
  }
  proceed(c);
}

/** When something happens next on this CPU, as things stand. */
static ticks peek(struct cpu *c) {
  enum event event = TICK;
  ticks *next = &next_event[cpu_number(c)];
  if (*next == INT64_MIN) *next = find_event(c, &event);
  return *next;
}

/**
 * Runs one CPU up to and including `until`. True: its worker has begun to run, at `now`, and the CPU stopped there. With
 * `until_clean` it also stops once its last straggler has switched: whatever follows can be made up later.
 */
static bool run_cpu(struct cpu *c, ticks until, bool until_clean) {
  if (next_event[cpu_number(c)] > until) return false;
  bool waited = c->worker != WORKER_RUNNING, begun = false;
  rank = cpu_number(c);
  for (;;) {
    enum event event = TICK;
    ticks at = find_event(c, &event);
    if (at > until) {
      next_event[cpu_number(c)] = at;
      break;
    }
    if (event == TICK && take_turns(c, at, until)) continue;
    now = c->clock = at;
    execute(c, event);
    begun = waited && c->worker == WORKER_RUNNING;
    if (begun || (until_clean && c->stragglers == 0)) {
      touch(c);
      break;
    }
  }
  rank = BARRIER;
  return begun;
}
