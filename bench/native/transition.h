// The transition: start, try to switch each task, send signals, complete (kernel/livepatch/transition.c; docs/rules.md, 9 and 10).

#include "schedule.h"

static ticks complete; // -1: not by the horizon
static uint32_t tries;
static uint32_t signals_count; // klp_signals_cnt

/** Tasks that a try or a round still has to look at, in order; and how many CPUs had arrived when they were listed. */
static struct task **pending;
static uint32_t pending_count, listed_count;

static void prepare_transition(void) {
  pending = table(model.tasks, sizeof *pending);
}

/** The loader takes the CPU from its current task. */
static void displace(struct cpu *c) {
  struct task *t = c->current;
  if (t != NULL) {
    charge(c);
    if (t->context == PHASE && t->phase->mode == USER) exit_to_user(t, THEN_CONTINUE);
    else if (t->context == PHASE && t->phase->mode == GUEST) t->context = WORK;
    deselect(c);
  }
  c->worker = WORKER_RUNNING;
}

/** klp_start_transition() at time 0, by the loader on its CPU, which it keeps until the end of try 1. */
static void start_transition(void) {
  now = 0;
  if (try_cpu != NULL) displace(try_cpu);
  transitioning = true;
  straggler_count = idle_straggler_count = 0;
  rest = PENDING;
  for (struct task *t = next_placed(tasks); t < tasks + model.tasks; t = next_placed(t + 1)) {
    t->flags |= TIF_PATCH_PENDING;
    count_straggler(t->cpu, 1);
  }
  for (uint32_t n = 0; n < present_count; n++) {
    struct cpu *c = present[n];
    if (model.idle_tasks) {
      c->idle_pending = true;
      idle_straggler_count++;
      count_straggler(c, 1);
    }
    aim(c);
    touch(c);
  }
}

static void list_pending(void) {
  pending_count = 0;
  listed_count = arrived_count;
  for (struct task *t = next_placed(tasks); t < tasks + model.tasks; t = next_placed(t + 1)) pending[pending_count++] = t;
}

/** klp_try_switch_task(): another CPU looks at a task that may be off its CPU. */
static bool try_switch_task(struct task *t) {
  if (t->state == CURRENT || stack_affected(t)) return false;
  switch_task(t, STACK);
  return true;
}

/** The same for an idle task, and the poke of 5.16 for one that runs. */
static bool try_switch_idle(struct cpu *c) {
  if (!is_idle(c)) {
    switch_idle(c, STACK);
    touch(c);
    return true;
  }
  if (model.wake_idle) {
    count(IPIS, c);
    switch_idle(c, IDLE);
    touch(c);
  }
  return false;
}

/** klp_send_signals(): one pass of fake signals over the tasks with T, in order. */
static void send_signals(void) {
  rounds++;
  if (listed_count != arrived_count) list_pending();
  for (uint32_t n = 0; n < pending_count; n++) {
    struct task *t = pending[n];
    if ((t->flags & TIF_PATCH_PENDING) == 0) continue;
    bool asleep = t->state == SLEEP && t->phase->interruptible;
    if (is_kthread(t)) {
      if (!model.wake_kthreads || !asleep) continue;
      count(KTHREAD_WAKES, t->cpu);
    } else {
      if ((t->flags & TIF_NOTIFY_SIGNAL) != 0) continue;
      t->flags |= TIF_NOTIFY_SIGNAL;
      t->cpu->signalled = true;
      t->cpu->signalled_asleep |= t->state != CURRENT || t->class->resting >= 0;
      if (t->state == CURRENT) kick(t->cpu);
    }
    if (!asleep) continue;
    struct cpu *c = t->cpu;
    wake(c, t);
    proceed(c);
    touch(c);
  }
}

/** The timer wheel fires at the end of the expiry's bucket; far timers have coarse buckets (calc_index). */
static int64_t wheel_expiry(int64_t expires, int64_t distance) {
  int shift = 0;
  for (int64_t reach = 63; distance >= reach && shift < 15; reach <<= 3) shift += 3;
  return ((expires >> shift) + 1) << shift;
}

/** When the next try's delayed work expires, computed at the end of this one. */
static ticks expiry(ticks end) {
  if (model.rounding == EXACT) return end + model.try_period;
  int64_t hz = model.hz, jiffies = jiffies_at(end);
  int64_t period = (model.try_period * hz + 500000) / SECOND;
  int64_t expires = jiffies + greatest(1, period);
  int64_t offset = try_cpu == NULL ? 0 : 3 * (int64_t)cpu_number(try_cpu);
  int64_t rest = (expires + offset) % hz;
  int64_t rounded = expires - rest + (rest < hz / 4 ? 0 : hz);
  if (rounded > jiffies) expires = rounded;
  return jiffy_time(model.lateness ? wheel_expiry(expires, expires - jiffies) : expires);
}

/** The last of those that rest is looked at: no stack of theirs holds an affected function. */
static void note_rest(const struct task *last) {
  note_switch(now, BARRIER, (uint32_t)last->class->resting, STACK);
}

/** klp_try_complete_transition(), now. True: nobody is left. */
static bool try_complete(void) {
  if (tries == 0 || listed_count != arrived_count) list_pending();
  tries++;
  const struct task *asleep = is_rest_pending() ? last_resting() : NULL; // to be noted
  rest = SWITCHED;
  bool failed = false;
  struct task **kept = pending, **end = pending + pending_count;
  for (struct task **next = pending; next < end; next++) {
    if ((*next)->switched) continue;
    if (asleep != NULL && *next > asleep) {
      note_rest(asleep);
      asleep = NULL;
    }
    if (!try_switch_task(*next)) failed = true;
    *kept++ = *next;
  }
  pending_count = (uint32_t)(kept - pending);
  if (asleep != NULL) note_rest(asleep);
  if (idle_straggler_count > 0) {
    for (uint32_t n = 0; n < present_count; n++) {
      if (!present[n]->idle_switched && !try_switch_idle(present[n])) failed = true;
    }
  }
  if (!failed) return true;
  if (model.signal_auto && signals_count > 0 && signals_count % model.signal_every_tries == 0) send_signals();
  signals_count++;
  return false;
}

static void end_try(void) {
  if (try_cpu != NULL) end_worker(try_cpu);
}

/** klp_complete_transition(): it waits until every CPU has scheduled. Its own CPU it gets back at once, having used none of its time. */
static ticks finish(ticks decided) {
  end_try();
  if (!has_aftermath) return decided;
  follow(true);
  ticks end = synchronize(decided);
  return end <= model.horizon ? end : -1;
}

/** From start to complete or the horizon. */
static void run_transition(void) {
  complete = -1;
  tries = signals_count = 0;
  run_to(0);
  for (ticks begun = 0; begun >= 0; begun = run_to_worker(expiry(begun), model.horizon)) {
    if (try_complete()) {
      transitioning = false;
      complete = finish(begun);
      return;
    }
    end_try();
  }
}
