// Turns: while the runnable tasks of a CPU stay the same and nothing is asked of them, only slices end there, and soon in a fixed
// order. Such a row of slices is taken at once (docs/rules.md, 5).

#include "cpu.h"

/** Does the task stay in its phase, and take no notice of its flags, as long as slices end? */
static bool only_runs(const struct task *t) {
  if ((t->flags & ~TIF_PATCH_PENDING) != 0) return false;
  if (t->phase->mode == USER) {
    return t->flags == 0 && (t->context == PHASE || (t->context == EXIT && t->then == THEN_CONTINUE));
  }
  uint32_t looked_at = model.guest_mask | model.guest_leaves | model.guest_updates;
  return t->phase->mode == GUEST && (t->context == PHASE || t->context == WORK) &&
         (model.guest_mask & TIF_NEED_RESCHED) != 0 && (t->flags & looked_at) == 0;
}

/** Up to when, this instant included, nothing but turns can happen on a CPU with a current task. */
static ticks turns_until(struct cpu *c) {
  if (c->worker != WORKER_NONE || c->look_at != NEVER || !only_runs(c->current)) return INT64_MIN;
  ticks until = least(c->worker_at, after(c->run_from, c->current->left));
  if (c->sleeper != NULL) until = least(until, c->sleeper->wake_at);
  if (c->alarms != NULL) until = least(until, c->alarms->at);
  for (struct task *t = c->ready; t != NULL; t = t->next_ready) {
    if (!only_runs(t)) return INT64_MIN;
    until = least(until, after(c->run_from, t->left));
  }
  return until;
}

/** Where a tick leaves the task whose slice it ends. */
static void wait_for_turn(struct task *t) {
  if (t->phase->mode == USER) exit_to_user(t, THEN_CONTINUE);
  else t->context = WORK;
}

static void add_ticks(struct task *t, ticks ran) {
  t->vruntime += ran;
  if (t->left < FOREVER) t->left -= ran;
}

/** Will whoever ends a turn wait behind all others? Then it stays so. */
static bool goes_round(const struct cpu *c, ticks turn) {
  const struct task *last = c->ready;
  while (last->next_ready != NULL) last = last->next_ready;
  ticks lead = last->vruntime - c->current->vruntime;
  return lead < turn || (lead == turn && last < c->current);
}

/** Of turns that have begun now and are of one length: the rounds, in which everybody has one, that end by `limit`. */
static void take_rounds(struct cpu *c, ticks slice, ticks limit) {
  ticks jiffy = SECOND / model.hz, turn = (slice + jiffy - 1) / jiffy * jiffy, round = turn * runnable(c);
  int64_t rounds = (limit - now) / round;
  if (SECOND % model.hz != 0 || rounds < 1 || !goes_round(c, turn)) return;
  add_ticks(c->current, rounds * turn);
  for (struct task *t = c->ready; t != NULL; t = t->next_ready) {
    add_ticks(t, rounds * turn);
    wait_for_turn(t);
  }
  now += rounds * round;
  c->run_from = now;
  charge(c);
}

/** Takes the turns of this CPU from the slice that ends at `first` on, while nothing else can happen there. False: none is worth it. */
static bool take_turns(struct cpu *c, ticks first, ticks until) {
  uint32_t tasks = runnable(c);
  ticks length = slice(tasks);
  if (tasks < 2 || until < first + length) return false;
  ticks limit = least(until, turns_until(c));
  if (limit < first + length) return false;
  for (ticks end = first; end <= limit; end = jiffy_not_before(now + length)) {
    now = end;
    wait_for_turn(c->current);
    deselect(c);
    pick(c)->context = PHASE;
    take_rounds(c, length, limit);
  }
  c->clock = now;
  return true;
}
