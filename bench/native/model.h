// The model and the policy, read from the text that model.js writes; what is not in it is not known here. Times in ticks.

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "draw.h"

/** Thread flags (arch/x86/include/asm/thread_info.h). */
enum {
  TIF_PATCH_PENDING = 1,
  TIF_NOTIFY_SIGNAL = 2,
  TIF_SIGPENDING = 4,
  TIF_NEED_RESCHED = 8,
  SIGNALS = TIF_NOTIFY_SIGNAL | TIF_SIGPENDING,
  EXIT_WORK = SIGNALS | TIF_NEED_RESCHED | TIF_PATCH_PENDING,
};

enum { CLASSES_MAX = 64 };
enum mode { USER, KERNEL, GUEST, SLEEPING };
enum kind { KIND_USER, KIND_VCPU, KIND_KTHREAD };
enum rounding { ROUND_JIFFIES, EXACT };

/** One of several with cumulative weights: phases that follow, phases to start in. */
struct choice {
  double cumulative;
  uint32_t phase;
};

/** How it is drawn who starts in a phase: task by task, or by class. */
enum part { SINGLY, REST, LONG, LIGHT };

struct phase {
  enum mode mode;
  bool interruptible; // a sleep that signals end
  bool affected; // its stack holds an affected function
  enum part part;
  bool exponential; // the length, of this mean; else it is fixed
  double length;
  double exits; // a second, guest mode
  uint32_t next_count;
  struct choice *next;
};

struct class {
  enum kind kind;
  uint32_t first, count; // tasks
  uint32_t first_phase, phase_count; // without the VMM phase
  int32_t vmm_phase; // user mode in the VMM, after KVM_RUN was left
  ticks vmm_ticks;
  bool uses_cpu;
  int32_t resting; // phase in which tasks rest (docs/rules.md, 3); -1: none
  int32_t long_sleep; // from which the stragglers of a ranked class wake; -1: it is not ranked
  double long_share;
  double asleep_share; // of those whose start is drawn by class
  ticks most_work; // that a task may ask for between two rests; FOREVER: no bound
  ticks cell; // of time, for which alarms are drawn
  double alarms, none; // their mean in a cell, the probability that there is none
  uint32_t start_count;
  struct choice *start;
};

struct cpu_set {
  uint32_t count;
  uint32_t *cpus;
};

static struct {
  uint32_t cpus, tasks, phase_count, class_count, set_count, threshold_count;
  ticks hz, latency, min_granularity, wakeup_granularity, balance_period, horizon, settle;
  bool loader, idle_tasks, scheduler_tick;
  bool signal_auto, lateness, wake_kthreads, wake_idle;
  enum rounding rounding;
  uint32_t signal_every_tries, guest_mask, guest_leaves, guest_eats, guest_updates;
  ticks try_period;
  ticks *thresholds;
  bool *lone, *balanced; // by CPU
  struct cpu_set *sets;
  struct phase *phases;
  struct class *classes;
  uint32_t *class_of, *home, *set_of; // by task
} model;

static inline uint32_t class_entity(const struct class *class) {
  return ENTITY_CLASS + (uint32_t)(class - model.classes);
}

static void fail(const char *what) {
  fprintf(stderr, "klpsim: %s\n", what);
  exit(2);
}

static double next_number(FILE *text) {
  double value;
  if (fscanf(text, "%lf", &value) != 1) fail("the model ends early");
  return value;
}

static void expect(FILE *text, const char *name) {
  char found[32];
  if (fscanf(text, "%31s", found) != 1 || strcmp(found, name) != 0) fail(name);
}

static double scalar(FILE *text, const char *name) {
  expect(text, name);
  return next_number(text);
}

static void *table(size_t count, size_t size) {
  void *rows = calloc(count, size);
  if (rows == NULL) fail("no memory");
  return rows;
}

static uint32_t *column(FILE *text, const char *name, uint32_t count) {
  uint32_t *values = table(count, sizeof *values);
  expect(text, name);
  for (uint32_t n = 0; n < count; n++) values[n] = (uint32_t)next_number(text);
  return values;
}

static bool *marks(FILE *text, const char *name, uint32_t count) {
  bool *values = table(count, sizeof *values);
  expect(text, name);
  for (uint32_t n = 0; n < count; n++) values[n] = next_number(text) != 0;
  return values;
}

static struct choice *choices(FILE *text, uint32_t *count) {
  *count = (uint32_t)next_number(text);
  struct choice *rows = table(*count, sizeof *rows);
  for (uint32_t n = 0; n < *count; n++) {
    rows[n].cumulative = next_number(text);
    rows[n].phase = (uint32_t)next_number(text);
  }
  return rows;
}

static void read_phase(FILE *text, struct phase *phase) {
  phase->mode = (enum mode)scalar(text, "phase");
  phase->interruptible = next_number(text) != 0;
  phase->affected = next_number(text) != 0;
  phase->exponential = next_number(text) != 0;
  phase->length = next_number(text);
  phase->exits = next_number(text);
  phase->next = choices(text, &phase->next_count);
}

static void read_class(FILE *text, struct class *class) {
  class->kind = (enum kind)scalar(text, "class");
  class->first = (uint32_t)next_number(text);
  class->count = (uint32_t)next_number(text);
  class->vmm_phase = (int32_t)next_number(text);
  class->vmm_ticks = (ticks)next_number(text);
  class->uses_cpu = next_number(text) != 0;
  class->resting = (int32_t)next_number(text);
  class->asleep_share = next_number(text);
  class->most_work = (ticks)next_number(text);
  class->phase_count = (uint32_t)next_number(text);
  class->first_phase = (uint32_t)next_number(text);
  class->long_sleep = (int32_t)next_number(text);
  class->long_share = next_number(text);
  class->start = choices(text, &class->start_count);
}

static void prepare_ranked(struct class *class) {
  if (class->long_sleep < 0) return;
  for (uint32_t n = class->first_phase; n < class->first_phase + class->phase_count; n++) {
    if (model.phases[n].mode == SLEEPING) model.phases[n].part = (int32_t)n == class->long_sleep ? LONG : LIGHT;
  }
}

static void prepare_rest(struct class *class) {
  if (class->resting < 0) return;
  struct phase *phase = &model.phases[class->resting];
  phase->part = REST;
  class->cell = (ticks)(phase->length / (4.0 * class->count));
  class->alarms = (double)class->cell * class->count / phase->length;
  class->none = power(-class->alarms);
}

static void read_model(const char *path) {
  FILE *text = fopen(path, "r");
  if (text == NULL) fail(path);
  model.cpus = (uint32_t)scalar(text, "cpus");
  model.hz = (ticks)scalar(text, "hz");
  model.loader = scalar(text, "loader") != 0;
  model.idle_tasks = scalar(text, "idle_tasks") != 0;
  model.scheduler_tick = scalar(text, "scheduler_tick") != 0;
  model.latency = (ticks)scalar(text, "latency");
  model.min_granularity = (ticks)scalar(text, "min_granularity");
  model.wakeup_granularity = (ticks)scalar(text, "wakeup_granularity");
  model.balance_period = (ticks)scalar(text, "balance_period");
  model.horizon = (ticks)scalar(text, "horizon");
  model.settle = (ticks)scalar(text, "settle");
  model.signal_auto = scalar(text, "signal") != 0;
  model.signal_every_tries = (uint32_t)scalar(text, "signal_every_tries");
  model.try_period = (ticks)scalar(text, "try_period");
  model.rounding = (enum rounding)scalar(text, "rounding");
  model.lateness = scalar(text, "lateness") != 0;
  model.wake_kthreads = scalar(text, "wake_kthreads") != 0;
  model.wake_idle = scalar(text, "wake_idle") != 0;
  model.guest_mask = (uint32_t)scalar(text, "guest_mask");
  model.guest_leaves = (uint32_t)scalar(text, "guest_leaves");
  model.guest_eats = (uint32_t)scalar(text, "guest_eats");
  model.guest_updates = (uint32_t)scalar(text, "guest_updates");
  model.threshold_count = (uint32_t)scalar(text, "thresholds");
  model.thresholds = table(model.threshold_count, sizeof *model.thresholds);
  for (uint32_t n = 0; n < model.threshold_count; n++) model.thresholds[n] = (ticks)next_number(text);
  model.lone = marks(text, "lone", model.cpus);
  model.balanced = marks(text, "balanced", model.cpus);
  model.set_count = (uint32_t)scalar(text, "cpu_sets");
  model.sets = table(model.set_count, sizeof *model.sets);
  for (uint32_t n = 0; n < model.set_count; n++) {
    model.sets[n].count = (uint32_t)scalar(text, "cpu_set");
    model.sets[n].cpus = table(model.sets[n].count, sizeof *model.sets[n].cpus);
    for (uint32_t i = 0; i < model.sets[n].count; i++) model.sets[n].cpus[i] = (uint32_t)next_number(text);
  }
  model.phase_count = (uint32_t)scalar(text, "phases");
  model.phases = table(model.phase_count, sizeof *model.phases);
  for (uint32_t n = 0; n < model.phase_count; n++) read_phase(text, &model.phases[n]);
  model.class_count = (uint32_t)scalar(text, "classes");
  model.classes = table(model.class_count, sizeof *model.classes);
  for (uint32_t n = 0; n < model.class_count; n++) {
    read_class(text, &model.classes[n]);
    prepare_rest(&model.classes[n]);
    prepare_ranked(&model.classes[n]);
  }
  model.tasks = (uint32_t)scalar(text, "tasks");
  model.class_of = column(text, "class_of", model.tasks);
  model.home = column(text, "home", model.tasks);
  model.set_of = column(text, "set_of", model.tasks);
  fclose(text);
}
