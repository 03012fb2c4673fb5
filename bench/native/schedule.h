// All CPUs up to a barrier: each alone, with the balance passes on the way (docs/rules.md, 9, 10 and 12).

#include "calm.h"

/** Of the time ahead, alarms are delivered in stretches, at first short ones, as CPUs may soon cease to matter. In ticks. */
#define STRETCH_FIRST 1024

/** The CPUs followed now, in ascending order; CPUs that have arrived are among them as far as they are known. */
static struct cpu **followed;
static uint32_t followed_count, known_count;
static bool follow_all; // those without stragglers too
static bool has_aftermath; // completion depends on where tasks are
static struct cpu *try_cpu; // NULL: nobody is displaced by tries
static uint32_t rounds;
static bool any_balanced;
static ticks pass_at; // next balance pass
static ticks stretch;
static ticks heard_until; // up to here at least no CPU followed lacks an alarm

/** From now on every CPU is followed, or, from the next barrier on, only those that matter. */
static void follow(bool all) {
  follow_all = all;
  heard_until = INT64_MIN;
  followed_count = present_count;
  for (uint32_t n = 0; n < present_count; n++) {
    followed[n] = present[n];
    present[n]->followed = true;
  }
  known_count = arrived_count;
}

/** May a worker that wants a CPU have to wait for it? Only where a task can be inside the kernel. */
static bool find_aftermath(void) {
  if ((model.guest_mask & TIF_NEED_RESCHED) == 0) return true;
  for (uint32_t n = 0; n < model.phase_count; n++) {
    if (model.phases[n].mode == KERNEL) return true;
  }
  return false;
}

static void prepare_schedule(void) {
  followed = table(model.cpus, sizeof *followed);
  has_aftermath = find_aftermath();
  for (uint32_t n = 0; n < model.cpus; n++) any_balanced |= model.balanced[n];
}

static void reset_schedule(struct cpu *loader) {
  try_cpu = loader;
  rounds = 0;
  pass_at = any_balanced ? -(model.settle / model.balance_period) * model.balance_period : NEVER;
  stretch = STRETCH_FIRST;
  follow(true);
}

/** Followed whether or not it has stragglers. */
static bool matters_anyway(const struct cpu *c) {
  return follow_all || is_rest_pending() || c->signalled || c == try_cpu ||
         (model.balanced[cpu_number(c)] && (has_aftermath || straggler_count > 0 || rounds > 0));
}

/** CPUs that no longer go with their twins are followed for themselves. */
static void follow_arrived(void) {
  for (; known_count < arrived_count; known_count++) {
    if (arrived[known_count]->followed) insert_cpu(followed, followed_count++, arrived[known_count]);
  }
}

/** Those that no longer matter are dropped. */
static void drop_cpus(void) {
  follow_arrived();
  uint32_t kept = 0;
  for (uint32_t n = 0; n < followed_count; n++) {
    struct cpu *c = followed[n];
    if (c->stragglers > 0 || matters_anyway(c)) followed[kept++] = c;
    else {
      c->followed = false;
      forget_alarms(c);
    }
  }
  followed_count = kept;
}

/** Every followed CPU to the barrier, or only those of the balance set. */
static void run_cpus(ticks until, bool only_balanced) {
  drop_cpus();
  for (uint32_t n = 0; n < followed_count; n++) {
    struct cpu *c = followed[n];
    if (only_balanced && !model.balanced[cpu_number(c)]) continue;
    if (next_event[cpu_number(c)] <= until) run_cpu(c, until, !matters_anyway(c));
  }
}

// Balance passes: waiting tasks move to CPUs with fewer runnable ones.

/** The allowed CPU with the fewest runnable tasks; NULL: the task cannot be moved. */
static struct cpu *least_loaded(const struct task *t) {
  const struct cpu_set *set = &model.sets[model.set_of[number_of(t)]];
  if (set->count < 2 || !t->class->uses_cpu || t->class->resting >= 0) return NULL;
  struct cpu *best = NULL;
  uint32_t fewest = UINT32_MAX;
  for (uint32_t n = 0; n < set->count; n++) {
    uint32_t tasks_there = runnable(stand_in_of(&cpus[set->cpus[n]]));
    if (tasks_there >= fewest) continue;
    fewest = tasks_there;
    best = &cpus[set->cpus[n]];
  }
  return best;
}

static void move_task(struct task *t, struct cpu *from, struct cpu *to) {
  single(to);
  charge(from);
  charge(to);
  dequeue(from, t);
  t->cpu = to;
  t->vruntime = greatest(0, t->vruntime - from->min_vruntime) + to->min_vruntime;
  enqueue(to, t);
  if (transitioning && !t->switched) {
    count_straggler(from, -1);
    count_straggler(to, 1);
  }
  to->signalled |= from->signalled;
  to->signalled_asleep |= from->signalled;
  if (to->current == NULL) proceed(to);
  touch(from);
  touch(to);
}

/** Moves the least-numbered waiting task that has a better place. */
static bool relieve(struct cpu *from) {
  struct task *chosen = NULL;
  struct cpu *destination = NULL;
  for (struct task *t = from->ready; t != NULL; t = t->next_ready) {
    if (chosen != NULL && t > chosen) continue;
    struct cpu *to = least_loaded(t);
    if (to == NULL || runnable(stand_in_of(to)) + 2 > runnable(from)) continue;
    chosen = t;
    destination = to;
  }
  if (chosen != NULL) move_task(chosen, from, destination);
  return chosen != NULL;
}

/** Most runnable tasks of a CPU where somebody waits, if another CPU has two fewer; else 0. */
static uint32_t most_to_relieve(void) {
  if (waiting_count == 0) return 0;
  uint32_t most = 0, fewest = UINT32_MAX;
  for (uint32_t n = 0; n < present_count; n++) {
    struct cpu *c = present[n];
    if (!model.balanced[cpu_number(c)]) continue;
    uint32_t load = runnable(c);
    if (load < fewest) fewest = load;
    if (c->ready_count > 0 && load > most) most = load;
  }
  return most >= fewest + 2 ? most : 0;
}

static bool move_one(void) {
  for (uint32_t load = most_to_relieve(); load >= 2; load--) {
    for (uint32_t n = 0; n < present_count; n++) {
      struct cpu *c = present[n];
      if (model.balanced[cpu_number(c)] && c->ready_count > 0 && runnable(c) == load && relieve(c)) return true;
    }
  }
  return false;
}

static void pass(ticks at) {
  run_cpus(at, true);
  now = at;
  while (move_one()) {
  }
  pass_at = at + model.balance_period;
}

/** Before this time nobody becomes runnable on the CPU or ceases to be; a time up to the next pass stands for any such. */
static ticks change_at(struct cpu *c) {
  ticks event = next_event[cpu_number(c)];
  return event > pass_at || c->current == NULL ? event : turns_until(c);
}

/** The next pass at which, as things stand, somebody may move. */
static ticks due_pass(void) {
  if (pass_at == NEVER || most_to_relieve() > 0) return pass_at;
  ticks change = NEVER;
  for (uint32_t n = 0; n < present_count; n++) {
    if (!model.balanced[cpu_number(present[n])]) continue;
    change = least(change, change_at(present[n]));
    if (change <= pass_at) return pass_at;
  }
  if (change == NEVER) return NEVER;
  return pass_at + (change - pass_at + model.balance_period - 1) / model.balance_period * model.balance_period;
}

/** No pass up to this time, and not done yet, would move anything. */
static void skip_passes(ticks until) {
  if (pass_at <= until) pass_at += ((until - pass_at) / model.balance_period + 1) * model.balance_period;
}

/** Alarms into the queues of the CPUs followed, of a long calm only those that are heard at its end; up to when they are all there. */
static ticks hear(ticks from, ticks until, uint64_t classes, bool calm) {
  if (calm && outlasts(from, until)) {
    hear_end(from, until, classes);
    stretch = STRETCH_FIRST;
    return until;
  }
  ticks reached = least(until, from + stretch);
  hear_all(from, reached, classes);
  stretch = least(2 * stretch, longest_stretch());
  return reached;
}

/** Sees to it that no CPU followed lacks an alarm up to `until`, or at least up to the time returned. */
static ticks deliver(ticks until) {
  if (resting_classes == 0 || until <= heard_until) return until;
  drop_cpus();
  ticks from = until;
  uint64_t classes = 0;
  bool calm = true;
  for (uint32_t n = 0; n < followed_count; n++) {
    struct cpu *c = followed[n];
    if (site_of(c)->classes == 0 || c->delivered >= until) continue;
    from = least(from, c->delivered);
    classes |= site_of(c)->classes;
    calm = calm && is_calm(c, until);
  }
  heard_until = classes == 0 ? until : hear(from, until, classes, calm);
  follow_arrived();
  for (uint32_t n = 0; n < followed_count; n++) followed[n]->delivered = greatest(followed[n]->delivered, heard_until);
  return heard_until;
}

/** Everything up to and including `until`, balance passes too; the instant becomes now. Alarms may be delivered up to `ahead` already. */
static void run_ahead(ticks until, ticks ahead) {
  ticks reached;
  do {
    reached = least(until, deliver(ahead));
    for (ticks due = due_pass(); due <= reached; due = due_pass()) pass(due);
    run_cpus(reached, false);
    skip_passes(reached);
  } while (reached < until);
  now = until;
}

static void run_to(ticks until) {
  run_ahead(until, until);
}

/** Runs to where the worker woken at `due` on the tries' CPU gets it, or to `limit`; the time it began, or -1. */
static ticks run_to_worker(ticks due, ticks limit) {
  if (try_cpu == NULL || due > limit) {
    run_to(least(due, limit));
    return due <= limit ? due : -1;
  }
  try_cpu->worker_at = due;
  touch(try_cpu);
  if (due - 1 > now) run_ahead(due - 1, due);
  for (ticks ahead = due;;) {
    ticks reach = deliver(least(ahead, limit));
    ticks passing = due_pass();
    ticks stop = least(passing, reach);
    bool begun = run_cpu(try_cpu, stop, false);
    ticks reached = begun ? now : stop;
    skip_passes(least(reached, passing - 1)); // this CPU is ahead of the others: what they have seen counts
    if (begun) {
      run_to(reached);
      return reached;
    }
    if (stop == passing) pass(passing);
    else if (stop == limit) break;
    else if (stop == ahead) ahead += greatest(ahead - due, STRETCH_FIRST);
  }
  run_to(limit);
  return -1;
}

static bool awaits_worker(const struct cpu *c) {
  return c->worker_at != NEVER || c->worker == WORKER_WAITING;
}

/** One empty work item on every CPU, waited for (schedule_on_each_cpu): when the last has run; NEVER beyond the horizon. */
static ticks synchronize(ticks from) {
  run_to(from);
  for (uint32_t n = 0; n < present_count; n++) {
    present[n]->worker_at = from;
    touch(present[n]);
  }
  ticks end = from;
  for (ticks ahead = from;;) {
    ticks reach = deliver(least(ahead, model.horizon));
    ticks passing = due_pass();
    ticks stop = least(passing, reach);
    uint32_t waiting = 0;
    for (uint32_t n = 0; n < present_count; n++) {
      struct cpu *c = present[n];
      if (!awaits_worker(c)) continue;
      if (run_cpu(c, stop, false)) {
        end = greatest(end, now);
        end_worker(c);
      } else waiting++;
    }
    if (waiting == 0) {
      skip_passes(least(end, passing - 1));
      run_to(end);
      return end;
    }
    skip_passes(least(stop, passing - 1));
    if (stop == passing) pass(passing);
    else if (stop == model.horizon) {
      run_to(model.horizon);
      return NEVER;
    } else if (stop == ahead) ahead += greatest(ahead - from, STRETCH_FIRST);
  }
}
