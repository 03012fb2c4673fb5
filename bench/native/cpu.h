// What a CPU's current task does until it is inside a phase again, or somebody else is (docs/rules.md, 4 to 8).

#include "ranked.h"

/** The flags that keep a vCPU from entering the guest. */
static inline uint32_t guest_work(const struct task *t) {
  return t->flags & model.guest_mask;
}

static inline bool has_signals(const struct task *t) {
  return (t->flags & SIGNALS) != 0;
}

static inline void exit_to_user(struct task *t, enum then then) {
  t->context = EXIT;
  t->then = then;
}

// Phases.

static void block(struct task *t) {
  struct cpu *c = t->cpu;
  charge(c);
  leave_cpu(c);
  fall_asleep(t);
}

/** A signal ends a sleep, or keeps it from beginning: the system call is restarted. */
static void interrupted(struct task *t) {
  count(RESTARTS, t->cpu);
  exit_to_user(t, THEN_RESTART);
}

static inline ticks length_of(const struct phase *phase, double u) {
  return phase->exponential ? exponential_ticks(phase->length, u) : whole(phase->length);
}

static void begin(struct task *t, const struct phase *phase) {
  t->visit++;
  t->phase = phase;
  t->cpu->look_at = NEVER;
  ticks length = phase->part == REST ? FOREVER : length_of(phase, uniform(number_of(t), DURATION, t->visit));
  if (phase->mode == SLEEPING) {
    t->wake_at = after(now, length);
    if (has_signals(t) && phase->interruptible && !is_kthread(t)) interrupted(t);
    else block(t);
    return;
  }
  t->left = length;
  t->context = phase->mode == GUEST ? WORK : PHASE;
}

static const struct phase *choose(const struct choice *choices, uint32_t count, double u) {
  const struct choice *choice = choices, *last = choices + count - 1;
  while (choice < last && u >= choice->cumulative) choice++;
  return &model.phases[choice->phase];
}

static const struct phase *next_of(const struct task *t) {
  uint32_t count = t->phase->next_count;
  return choose(t->phase->next, count, count > 1 ? uniform(number_of(t), NEXT, t->visit) : 0);
}

static void begin_vmm(struct task *t) {
  t->saved_phase = t->phase;
  t->saved_left = t->left;
  t->phase = &model.phases[t->class->vmm_phase];
  t->left = t->class->vmm_ticks;
  t->context = PHASE;
}

static void end_phase(struct task *t) {
  if (t->phase - model.phases == t->class->vmm_phase) {
    t->phase = t->saved_phase;
    t->left = t->saved_left;
    t->context = WORK;
    return;
  }
  const struct phase *next = next_of(t);
  if (next->mode == USER && t->phase->mode != USER) exit_to_user(t, THEN_NEXT);
  else begin(t, next);
}

// The loops before user mode and before the guest, and the way out of a sleep.

static void enter_user_mode(struct task *t) {
  if (t->then == THEN_CONTINUE) t->context = PHASE;
  else if (t->then == THEN_NEXT) begin(t, next_of(t));
  else if (t->then == THEN_VMM) begin_vmm(t);
  else if (t->wake_at > now) block(t);
  else end_phase(t);
}

static void exit_loop(struct cpu *c, struct task *t) {
  while ((t->flags & EXIT_WORK) != 0) {
    if ((t->flags & TIF_NEED_RESCHED) != 0) {
      deselect(c);
      return;
    }
    if ((t->flags & TIF_PATCH_PENDING) != 0) switch_task(t, USER_EXIT);
    if (has_signals(t)) {
      count(SIGNAL_PASSES, c);
      t->flags &= ~SIGNALS;
    }
  }
  enter_user_mode(t);
}

static void work_loop(struct cpu *c, struct task *t) {
  t->context = WORK;
  while (guest_work(t) != 0) {
    t->flags &= ~model.guest_eats;
    if ((t->flags & model.guest_updates & TIF_PATCH_PENDING) != 0) switch_task(t, GUEST_DIRECT);
    if ((t->flags & model.guest_leaves) != 0) {
      count(EINTR, c);
      exit_to_user(t, THEN_VMM);
      return;
    }
    if ((t->flags & TIF_NEED_RESCHED) != 0) {
      deselect(c);
      return;
    }
  }
  t->context = PHASE;
}

static void woken_up(struct task *t) {
  if (is_kthread(t) || t->wake_at <= now) end_phase(t);
  else if (has_signals(t)) interrupted(t);
  else block(t);
}

// Interrupts, and what the CPU does after them.

static void interrupt(struct cpu *c) {
  struct task *t = c->current;
  if (t == NULL || t->context != PHASE) return;
  if (t->phase->mode == USER && (t->flags & EXIT_WORK) != 0) exit_to_user(t, THEN_CONTINUE);
  else if (t->phase->mode == GUEST && guest_work(t) != 0) t->context = WORK;
  else return;
  charge(c);
  c->look_at = NEVER;
}

/** Exits of a guest matter while a flag would keep it from entering again: the next one is drawn. */
static void aim(struct cpu *c) {
  struct task *t = c->current;
  if (t == NULL || t->context != PHASE || t->phase->mode != GUEST || t->phase->exits <= 0 || guest_work(t) == 0) {
    c->look_at = NEVER;
  } else if (c->look_at == NEVER) {
    c->look_at = now + exponential_ticks(1e6 / t->phase->exits, uniform(number_of(t), LOOK, ++t->looks));
  }
}

/** Whoever is next: the worker, the queue's first, or the idle task. */
static struct task *take_cpu(struct cpu *c) {
  if (c->worker != WORKER_NONE) {
    c->worker = WORKER_RUNNING;
    return NULL;
  }
  struct task *t = pick(c);
  if (t == NULL && c->idle_pending) switch_idle(c, IDLE);
  return t;
}

static void proceed(struct cpu *c) {
  for (;;) {
    struct task *t = c->current;
    if (t == NULL && (t = take_cpu(c)) == NULL) return;
    if (t->context == PHASE) break;
    if (t->context == WOKEN) woken_up(t);
    else if (t->context == EXIT) exit_loop(c, t);
    else work_loop(c, t);
  }
  aim(c);
}

static void wake(struct cpu *c, struct task *t) {
  charge(c);
  rouse(t);
  ticks credited = c->min_vruntime - model.latency / 2;
  if (t->phase->part == REST) {
    t->vruntime = credited;
    t->visit = t->looks = (uint32_t)(now + model.settle); // its draws go on from here, whatever it did before
  } else {
    t->vruntime = greatest(t->vruntime, credited);
  }
  t->context = WOKEN;
  enqueue(c, t);
  struct task *running = c->current;
  if (running == NULL) return;
  if (model.wakeup_granularity >= 0 && running->vruntime - t->vruntime > model.wakeup_granularity) {
    running->flags |= TIF_NEED_RESCHED;
  }
  interrupt(c);
}

/** A reschedule interrupt: it forces a kernel entry, nothing more (kick_process). */
static void kick(struct cpu *c) {
  count(IPIS, c);
  if (c->current->context == PHASE && c->current->phase->mode == GUEST) count(GUEST_EXITS, c);
  interrupt(c);
  proceed(c);
  touch(c);
}

static void end_worker(struct cpu *c) {
  c->worker = WORKER_NONE;
  proceed(c);
  touch(c);
}
