// A replica's state: tasks, CPUs with their queues of READY tasks by virtual runtime, patch state (docs/rules.md, 5 and 9).

#include "counts.h"

enum state { SLEEP, READY, CURRENT };
/** Where a READY or CURRENT task is. */
enum context { PHASE, WOKEN, EXIT, WORK };
/** What follows the exit-to-user loop. */
enum then { THEN_CONTINUE, THEN_NEXT, THEN_RESTART, THEN_VMM };
/** The worker of a try or of a synchronization on a CPU. */
enum worker { WORKER_NONE, WORKER_WAITING, WORKER_RUNNING };
enum mechanism { USER_EXIT = 1, STACK = 2, IDLE = 3, GUEST_DIRECT = 6 };
enum counter { EINTR, RESTARTS, GUEST_EXITS, IPIS, KTHREAD_WAKES, SIGNAL_PASSES, ISOLATED_INTERRUPTS, VIOLATIONS };

struct task {
  uint8_t state, context, then, flags;
  bool switched; // S = G
  uint32_t visit, looks;
  const struct class *class;
  const struct phase *phase, *saved_phase;
  struct cpu *cpu;
  ticks left; // CPU time in the phase
  ticks saved_left, wake_at, vruntime;
  struct task *next_ready;
  struct task *child, *sibling; // among the sleepers of its CPU: the first below it, the next beside it
  struct task *left_of; // and the one to its left or, where there is none, above
};

struct cpu {
  struct task *current; // NULL: the idle task or the worker
  struct task *ready;
  struct task *sleeper; // who wakes first of those who do so by themselves
  uint32_t ready_count;
  int32_t stragglers; // its idle task among them
  uint32_t weight; // how many CPUs, itself among them, it stands for
  uint8_t worker;
  bool idle_pending, idle_switched;
  bool signalled; // a round has reached a task here: its signals count even after all have switched
  bool signalled_asleep; // and one that was not current: it may keep its signals for long
  ticks run_from, ran; // of current since it was picked
  ticks min_vruntime;
  ticks clock; // everything up to here has happened
  ticks look_at, worker_at;
  struct alarm *alarms; // to come, by (time, task)
  ticks delivered; // up to when none is missing there
  bool followed; // among those that the schedule follows
};

static struct task *tasks;
static struct cpu *cpus;
/** By CPU, when it must be looked at again; INT64_MIN: to be found anew. */
static ticks *next_event;

static ticks now;
/** CPUs that stand for somebody, in ascending order. */
static struct cpu **present;
static uint32_t present_count;
static uint32_t waiting_count; // READY tasks of all CPUs

static bool transitioning; // start to decision
static int32_t straggler_count, idle_straggler_count;

#define BARRIER UINT32_MAX
/** Order among switches of one instant: the CPU being executed, or the barrier, which comes after all. */
static uint32_t rank;
static struct {
  ticks at;
  uint32_t rank, phase;
  enum mechanism mechanism;
} last_switch;

/** Tasks that have a row of their own, a bit each; the others are drawn when they are needed. */
static uint64_t *placed;

static inline uint32_t placed_words(void) {
  return model.tasks / 64 + 1;
}

static inline bool is_placed(const struct task *t) {
  return placed[(t - tasks) >> 6] >> ((t - tasks) & 63) & 1;
}

static inline void set_placed(const struct task *t) {
  placed[(t - tasks) >> 6] |= UINT64_C(1) << ((t - tasks) & 63);
}

/** The first task placed from this one on; tasks + model.tasks if there is none. */
static struct task *next_placed(const struct task *from) {
  uint32_t word = (uint32_t)(from - tasks) >> 6;
  uint64_t bits = placed[word] & ~UINT64_C(0) << ((from - tasks) & 63);
  while (bits == 0 && ++word < placed_words()) bits = placed[word];
  return tasks + (bits == 0 ? model.tasks : word * 64 + (uint32_t)__builtin_ctzll(bits));
}

static void prepare_state(void) {
  tasks = table(model.tasks, sizeof *tasks);
  cpus = table(model.cpus, sizeof *cpus);
  placed = table(placed_words(), sizeof *placed);
  next_event = table(model.cpus, sizeof *next_event);
  present = table(model.cpus, sizeof *present);
  for (uint32_t n = 0; n < model.tasks; n++) tasks[n].class = &model.classes[model.class_of[n]];
}

static inline uint32_t number_of(const struct task *t) {
  return (uint32_t)(t - tasks);
}

static inline uint32_t cpu_number(const struct cpu *c) {
  return (uint32_t)(c - cpus);
}

static inline void count(enum counter counter, const struct cpu *c) {
  counts.counters[counter] += c->weight;
}

static inline ticks least(ticks a, ticks b) {
  return a < b ? a : b;
}

static inline ticks greatest(ticks a, ticks b) {
  return a > b ? a : b;
}

/** start + length, saturated. */
static inline ticks after(ticks start, ticks length) {
  return length >= FOREVER ? FOREVER : start + length;
}

/** Something has changed this CPU, which has run up to now. */
static inline void touch(struct cpu *c) {
  c->clock = now;
  next_event[cpu_number(c)] = INT64_MIN;
}

static inline bool is_idle(const struct cpu *c) {
  return c->current == NULL && c->worker != WORKER_RUNNING;
}

static inline uint32_t runnable(const struct cpu *c) {
  return c->ready_count + (c->current != NULL);
}

static inline bool is_kthread(const struct task *t) {
  return t->class->kind == KIND_KTHREAD;
}

// When a CPU's tasks are put where the long run has them.
static inline ticks start_of(const struct cpu *c) {
  return model.lone[cpu_number(c)] ? 0 : -model.settle;
}

static void clear_cpu(struct cpu *c) {
  uint32_t weight = c->weight;
  *c = (struct cpu){
      .weight = weight, .clock = start_of(c), .delivered = start_of(c), .look_at = NEVER, .worker_at = NEVER};
  next_event[cpu_number(c)] = INT64_MIN;
}

// The queue.

/** What one of n runnable tasks may run at a time (kernel/sched/fair.c: sched_slice with equal weights). */
static inline ticks slice(uint32_t n) {
  return greatest(model.latency / (ticks)n, model.min_granularity);
}

/** Accounts current's CPU time up to now and lets the queue's virtual time follow. */
static inline void charge(struct cpu *c) {
  struct task *t = c->current;
  ticks behind = NEVER;
  if (t != NULL) {
    ticks spent = now - c->run_from;
    t->vruntime += spent;
    c->ran += spent;
    if (t->left < FOREVER) t->left -= spent;
    c->run_from = now;
    behind = t->vruntime;
  }
  if (c->ready != NULL) behind = least(behind, c->ready->vruntime);
  if (behind != NEVER) c->min_vruntime = greatest(c->min_vruntime, behind);
}

static void enqueue(struct cpu *c, struct task *t) {
  t->state = READY;
  struct task **link = &c->ready;
  while (*link != NULL && ((*link)->vruntime < t->vruntime || ((*link)->vruntime == t->vruntime && *link < t))) {
    link = &(*link)->next_ready;
  }
  t->next_ready = *link;
  *link = t;
  c->ready_count++;
  waiting_count++;
}

static void dequeue(struct cpu *c, struct task *t) {
  struct task **link = &c->ready;
  while (*link != t) link = &(*link)->next_ready;
  *link = t->next_ready;
  c->ready_count--;
  waiting_count--;
}

/** Current, charged, leaves the CPU; the caller sets its state. */
static void leave_cpu(struct cpu *c) {
  c->current->flags &= ~TIF_NEED_RESCHED;
  c->current = NULL;
  c->look_at = NEVER;
}

static void deselect(struct cpu *c) {
  struct task *t = c->current;
  charge(c);
  leave_cpu(c);
  enqueue(c, t);
}

static struct task *pick(struct cpu *c) {
  struct task *t = c->ready;
  if (t == NULL) return NULL;
  dequeue(c, t);
  t->state = CURRENT;
  c->current = t;
  c->ran = 0;
  c->run_from = now;
  return t;
}

// Sleepers that wake by themselves: a pairing heap by (time, number).

/** Two heaps as one: who wakes later becomes the other's first child. */
static struct task *meld(struct task *a, struct task *b) {
  if (a == NULL || b == NULL) return a == NULL ? b : a;
  bool a_first = a->wake_at < b->wake_at || (a->wake_at == b->wake_at && a < b);
  struct task *parent = a_first ? a : b, *child = a_first ? b : a;
  if (parent->child != NULL) parent->child->left_of = child;
  child->sibling = parent->child;
  child->left_of = parent;
  parent->child = child;
  return parent;
}

/** A row of siblings as one heap: by pairs, then the pairs one by one, the last first. */
static struct task *meld_all(struct task *first) {
  struct task *pairs = NULL, *all = NULL;
  while (first != NULL) {
    struct task *second = first->sibling, *rest = second == NULL ? NULL : second->sibling;
    struct task *pair = meld(first, second);
    pair->sibling = pairs;
    pairs = pair;
    first = rest;
  }
  while (pairs != NULL) {
    struct task *next = pairs->sibling;
    all = meld(all, pairs);
    pairs = next;
  }
  return all;
}

/** The task sleeps until its wake_at, which stays. */
static void fall_asleep(struct task *t) {
  t->state = SLEEP;
  if (t->wake_at >= FOREVER) return;
  t->child = NULL;
  t->cpu->sleeper = meld(t->cpu->sleeper, t);
}

/** The task sleeps no longer; what it does instead the caller says. */
static void rouse(struct task *t) {
  if (t->wake_at >= FOREVER) return;
  struct task *orphans = meld_all(t->child);
  if (t->cpu->sleeper == t) {
    t->cpu->sleeper = orphans;
    return;
  }
  if (t->left_of->child == t) t->left_of->child = t->sibling;
  else t->left_of->sibling = t->sibling;
  if (t->sibling != NULL) t->sibling->left_of = t->left_of;
  t->cpu->sleeper = meld(t->cpu->sleeper, orphans);
}

// Patch state.

static inline bool stack_affected(const struct task *t) {
  if (t->state != SLEEP && (t->context == EXIT || (t->context == PHASE && t->phase->mode == USER))) return false;
  return t->phase->affected;
}

static inline void count_straggler(struct cpu *c, int32_t change) {
  c->stragglers += change;
  straggler_count += change;
}

static void note_switch(ticks at, uint32_t by, uint32_t phase, enum mechanism mechanism) {
  if (at < last_switch.at || (at == last_switch.at && by < last_switch.rank && last_switch.rank != BARRIER)) return;
  last_switch.at = at;
  last_switch.rank = by;
  last_switch.phase = phase;
  last_switch.mechanism = mechanism;
}

static void switch_task(struct task *t, enum mechanism mechanism) {
  t->flags &= ~TIF_PATCH_PENDING;
  t->switched = true;
  count_straggler(t->cpu, -1);
  if (stack_affected(t)) count(VIOLATIONS, t->cpu);
  note_switch(now, rank, (uint32_t)(t->phase - model.phases), mechanism);
}

static void switch_idle(struct cpu *c, enum mechanism mechanism) {
  c->idle_pending = false;
  c->idle_switched = true;
  idle_straggler_count--;
  count_straggler(c, -1);
  note_switch(now, rank, model.phase_count, mechanism);
}

// Jiffies: jiffy k is at floor(k * 1e6 / hz) - phase - EPOCH (docs/rules.md, 2).

#define EPOCH (1024 * SECOND)

static ticks jiffy_phase;
/** Ticks a jiffy, in units of 2^-32, rounded up; where a second of whole jiffies begins, the one last asked about. */
static uint64_t jiffy_length;
static ticks second_start;

static void set_jiffy_phase(ticks phase) {
  uint64_t hz = (uint64_t)model.hz;
  jiffy_phase = phase;
  jiffy_length = (((uint64_t)SECOND << 32) + hz - 1) / hz;
  second_start = -phase - EPOCH;
}

static ticks jiffy_time(int64_t k) {
  return k * SECOND / model.hz - jiffy_phase - EPOCH;
}

static int64_t jiffies_at(ticks time) {
  return ((time + jiffy_phase + EPOCH + 1) * model.hz - 1) / SECOND;
}

/** The first jiffy's time not before the given one; within a second nothing has to be divided. */
static inline ticks jiffy_not_before(ticks time) {
  uint64_t since = (uint64_t)(time - second_start);
  if (since >= SECOND) {
    since = (uint64_t)(time + jiffy_phase + EPOCH) % SECOND;
    second_start = time - (ticks)since;
  }
  uint32_t k = ((uint32_t)since * (uint32_t)model.hz + (SECOND - 1)) / SECOND;
  return second_start + (ticks)(k * jiffy_length >> 32);
}
