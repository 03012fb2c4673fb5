// Breaks the engine's rules one at a time and asks who notices: the oracle on generated scenarios, else a story, else a law.
// Run by hand from the project's root, some minutes:
//   node test/mutation.mjs [--only WORD] [--runs N] [--more N] [--seed N]
// Prints a row a mutant: the rule, who caught it, after how many scenarios, by what. A mutant that outlives --runs scenarios
// meets --more of them, then the stories and the laws. Exit 1 if one survives all. The engine unbroken goes first: it must pass.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as asc from "assemblyscript/asc";

/** Rule (section of the kernel facts or of docs/rules.md), file, the text to break, what it becomes. */
const MUTANTS = [
  ["1.2 a try looks at the idle tasks", "transition", "if (idleTasks && idleStragglers > 0) {", "if (false) {"],
  [
    "1.2 an offline CPU's idle task switches at once",
    "transition",
    "if (!isOnline(cpu)) {\n    switchIdle(cpu, IDLE);\n    return true;",
    "if (!isOnline(cpu)) {\n    return false;",
  ],
  [
    "1.3 a round at every 15th failed try",
    "transition",
    "signalsCount % signalEveryTries == 0",
    "(signalsCount + 1) % signalEveryTries == 0",
  ],
  ["1.3 no round at count 0", "transition", "signalsCount > 0 && ", ""],
  ["1.3 rounding up from a quarter second", "timer", "rem < hz / 4 ?", "rem < hz / 2 ?"],
  [
    "1.3 each CPU's own offset",
    "timer",
    "const offset = JIFFIES_PER_CPU * <i64>max(tryCpu, 0);",
    "const offset: i64 = 0;",
  ],
  ["1.3 the timer wheel is late", "timer", "return ((expires >> shift) + 1) << shift;", "return expires;"],
  ["1.3 level of the wheel", "timer", "let reach: i64 = 63;", "let reach: i64 = 504;"],
  ["1.3 the delay counts from the try's end", "transition", "dueTry = expiry(end);", "dueTry = expiry(begun);"],
  ["1.4 synchronize waits for every CPU", "transition", "leave();\n    at = synchronize(at);\n  }", "leave();\n  }"],
  ["1.4 unpatching waits for RCU-tasks", "transition", "if (unpatchWait == WAIT_RUDE_TASKS) {", "if (false) {"],
  [
    "1.4 waits once a function",
    "transition",
    "n < hooks && at <= horizon; n++",
    "n < min<u32>(1, hooks) && at <= horizon; n++",
  ],
  [
    "1.4 preemption releases no holdout",
    "runqueue",
    "  charge(cpu);\n  leaveCpu(cpu);\n  enqueue(cpu, leaving);",
    "  charge(cpu);\n  leaveCpu(cpu);\n  task.setHeld(leaving, false);\n  enqueue(cpu, leaving);",
  ],
  ["1.4 a tick in user mode releases", "cpu", "if (task.inUserMode(t) || task.inGuestMode(t)) release(t);", ""],
  ["1.4 rescans ever later", "transition", "interval = min(interval + 1, hz)", "interval = tenth"],
  [
    "1.5 a reverse begins the count anew",
    "transition",
    "  signalsCount = 0;\n  dueTry = max(dueTry, now);",
    "  dueTry = max(dueTry, now);",
  ],
  [
    "1.5 those not yet switched are done",
    "transition",
    "if (wasSwitched) task.setFlags(t, TIF_PATCH_PENDING);",
    "task.setFlags(t, TIF_PATCH_PENDING);\n    if (!wasSwitched) task.setSwitched(t, false);",
  ],
  ["1.5 a reverse keeps the queued try", "transition", "dueTry = max(dueTry, now);", "dueTry = now + tryPeriod;"],
  [
    "1.6 T is cleared",
    "patch-state",
    "  task.clearFlags(t, TIF_PATCH_PENDING);\n  if (task.isSwitched(t)) return;",
    "  if (task.isSwitched(t)) return;",
  ],
  [
    "1.7 the exit to user mode switches",
    "entry",
    "if (updateBeforeSignal && (flags & TIF_PATCH_PENDING) != 0) switchTask(t, USER_EXIT);",
    "if (updateBeforeSignal) task.clearFlags(t, TIF_PATCH_PENDING);",
  ],
  [
    "1.7 the idle loop switches",
    "cpu",
    "if (picked == NO_TASK && runqueue.idlePending(cpu)) switchIdle(cpu, IDLE);",
    "",
  ],
  [
    "1.7 force switches whatever runs",
    "transition",
    "!task.isSwitched(t)) switchTask(t, FORCE);",
    "!task.isSwitched(t) && task.state(t) != task.CURRENT) switchTask(t, FORCE);",
  ],
  [
    "1.8 a fixed fork copies T with S",
    "behaviour",
    "(forkFixed ? isPending(parent) : task.forkFlag(parent))",
    "task.forkFlag(parent)",
  ],
  [
    "1.8 an unfixed fork copies T early",
    "behaviour",
    "(forkFixed ? isPending(parent) : task.forkFlag(parent))",
    "isPending(parent)",
  ],
  [
    "1.8 a child inherits S",
    "behaviour",
    "task.setSwitched(child, task.isSwitched(parent));",
    "task.setSwitched(child, true);",
  ],
  ["1.8 a zombie has an empty stack", "task", "if (now == ZOMBIE) return false;", "if (now == ZOMBIE) return true;"],
  ["1.8 5.16 wakes idle CPUs", "transition", "  if (idle && wakeIdle) {", "  if (false) {"],
  [
    "1.8 an idle task whose CPU is busy is checked by stack",
    "transition",
    "if (!idle && reliableStack != STACK_UNRELIABLE) {",
    "if (false) {",
  ],
  ["1.9 kpatch gives up", "transition", "  else if (!reversed) {", "  else if (reversed) {"],
  ["1.10 each visit costs", "transition", "const at = begun + <i64>t * tryCostPerTask;", "const at = begun;"],
  [
    "1.11 text patching interrupts every CPU",
    "transition",
    "  if (hookPatching != HOOK_NONE) pokeAll();\n  aimAll();",
    "  aimAll();",
  ],
  [
    "1.11 the hook goes on before try 1",
    "transition",
    "enableGap + (hookPatching == HOOK_CALLS ? hookOn : 0)",
    "enableGap",
  ],
  [
    "2.1 unreliable stacks fail",
    "transition",
    "  if (reliableStack == STACK_UNRELIABLE) return false;\n  const cpu = task.cpuOf(t);",
    "  const cpu = task.cpuOf(t);",
  ],
  [
    "2.1 a current task fails",
    "transition",
    "if (!remote || !isNohzFull(cpu) || runqueue.isStalled(cpu) || !task.inUserMode(t)) return false;",
    "if (task.stackAffected(t)) return false;",
  ],
  [
    "2.1 the worker displaces current",
    "schedule",
    "  if (tryCpu < 0) {\n    const begun",
    "  if (true) {\n    const begun",
  ],
  [
    "2.2 an affected frame fails",
    "transition",
    "  if (task.stackAffected(t)) return false;\n  switchTask(t, STACK);",
    "  switchTask(t, STACK);",
  ],
  [
    "2.3 frame pointers: interrupted in the kernel",
    "transition",
    "  if (reliableStack == STACK_FRAME_POINTERS && task.irqPreempted(t)) return false;\n",
    "",
  ],
  [
    "2.4 cond_resched() checks its own stack",
    "behaviour",
    "if (isPending(t) && !task.stackAffected(t)) switchTask(t, COND_RESCHED);",
    "if (isPending(t)) switchTask(t, COND_RESCHED);",
  ],
  ["2.4 cond_resched() switches in era F", "cpu", "  if (condResched) condReschedHook(t);\n", ""],
  ["2.5 only freezable sleeps meet the hook", "behaviour", "table.wait(task.phase(t)) == table.WAIT_FREEZABLE && ", ""],
  ["2.5 the hook checks the stack", "behaviour", "isPending(t) && !task.visitAffected(t)", "isPending(t)"],
  [
    "2.6 a tick upgrades RL",
    "cpu",
    "task.setFlags(t, TIF_NEED_RESCHED);\n  runqueue.charge",
    "task.setFlags(t, 0);\n  runqueue.charge",
  ],
  [
    "2.6 guest entry treats RL like R",
    "kvm",
    "const lazy = (guestMask & TIF_NEED_RESCHED) != 0 ? TIF_NEED_RESCHED_LAZY : 0;",
    "const lazy: u32 = 0;",
  ],
  ["2.6 full preempts in the kernel", "cpu", "if (preemption == PREEMPT_FULL) return (flags & RESCHED) != 0;", ""],
  [
    "2.6 none and voluntary reschedule in cond_resched()",
    "cpu",
    "return preemption == PREEMPT_NONE || preemption == PREEMPT_VOLUNTARY;",
    "return false;",
  ],
  [
    "3.1 N already set: nothing",
    "transition",
    "if (signalFlag == TIF_NOTIFY_SIGNAL && (task.threadFlags(t) & TIF_NOTIFY_SIGNAL) != 0) return;",
    "",
  ],
  ["3.1 a kick for a running task", "transition", "if (task.state(t) == task.CURRENT) kick(cpu);", ""],
  ["3.1 kthreads are woken", "transition", "if (!wakeKthreads || !asleep) return;", "return;"],
  [
    "3.1 only interruptible sleepers are woken",
    "behaviour",
    "return table.wait(phase) != table.WAIT_DEAF || table.isHalt(phase);",
    "return true;",
  ],
  [
    "3.1 only tasks with T are signalled",
    "transition",
    "if (task.state(t) != task.DEAD && isPending(t)) signal(t);",
    "if (task.state(t) != task.DEAD) signal(t);",
  ],
  [
    "3.2 a pending signal keeps a later sleep from beginning",
    "behaviour",
    "if (hasSignals(t) && isInterruptible(task.phase(t)) && roleOf(t) == table.ROLE_USER) interrupted(t);\n  else block(t);",
    "block(t);",
  ],
  [
    "3.2 a running syscall heeds its signal",
    "cpu",
    "} else if ((flags & SIGNALS) != 0 && heedsSignals(t)) {",
    "} else if (false) {",
  ],
  ["3.3 update before the signal step", "entry", "updateBeforeSignal && (flags", "!updateBeforeSignal && (flags"],
  ["3.3 P stays while T is set", "entry", "signalFlag == TIF_SIGPENDING && (flags & TIF_PATCH_PENDING) != 0", "false"],
  ["3.4 a restarted sleep goes on", "entry", "else if (task.wakeAt(t) > now) block(t);\n", ""],
  [
    "3.4 EINTR reaches the program",
    "behaviour",
    "    task.exitToUser(t, task.THEN_EINTR);",
    "    task.exitToUser(t, task.THEN_RESTART);",
  ],
  [
    "3.5 io_uring_enter absorbs N",
    "behaviour",
    "answer == table.ON_SIGNAL_ABSORB && (task.threadFlags(t) & TIF_SIGPENDING) == 0",
    "false",
  ],
  ["3.5 a worker's loop clears N", "behaviour", "if (roleOf(t) == table.ROLE_WORKER) task.clearFlags(t, SIGNALS);", ""],
  [
    "4.1 the mask decides",
    "kvm",
    "return task.threadFlags(t) & (guestMask | lazy);",
    "return task.threadFlags(t) & (guestMask | lazy | TIF_PATCH_PENDING);",
  ],
  ["4.1 eaten flags are cleared", "kvm", "    task.clearFlags(t, guestEats);\n", ""],
  [
    "4.1 leaving comes before rescheduling",
    "kvm",
    "if ((task.threadFlags(t) & guestLeaves) != 0) {",
    "if ((task.threadFlags(t) & guestLeaves) != 0 && (flags & RESCHED) == 0) {",
  ],
  ["4.1 EINTR is counted", "kvm", "      tally.countEintr(cpu);\n", ""],
  [
    "4.2 the work function has left vcpu_enter_guest",
    "task",
    "if (where == WORK && mode(phase(task)) == GUEST) return (bits & AFFECTED_WORK) != 0;",
    "",
  ],
  [
    "4.2 full preemption leaves vcpu_enter_guest on the stack",
    "cpu",
    "    task.setContext(t, task.GUEST_EXIT);",
    "    task.setContext(t, task.WORK);",
  ],
  ["4.4 halt polling grows", "behaviour", "poll == 0 ? haltPollStart : poll * haltPollGrow", "haltPollStart"],
  ["4.4 halt polling shrinks", "behaviour", "if (poll > 0 && length > haltPollMax) return", "if (false) return"],
  [
    "4.4 polling is running",
    "behaviour",
    "  task.setContext(t, task.POLL);\n  runqueue.setPollEnd(cpu, now + min(poll, length));",
    "  block(t);",
  ],
  [
    "4.4 a blocked vCPU woken by a signal passes the work function",
    "cpu",
    "    else task.setContext(t, task.WORK);\n  } else if",
    "    else block(t);\n  } else if",
  ],
  [
    "4.4 task work of an mm",
    "cpu",
    "isScan(t)) task.setFlags(t, TIF_NOTIFY_RESUME);",
    "false) task.setFlags(t, TIF_NOTIFY_RESUME);",
  ],
  ["4.4 task work calls cond_resched()", "kvm", "if (condResched) condReschedHook(t);", ""],
  ["4.5 kvm-direct switches in place", "kvm", "switchTask(t, GUEST_DIRECT);", "task.clearFlags(t, TIF_PATCH_PENDING);"],
  ["4.5 an unsound switch is a violation", "patch-state", "  if (affected) tally.countViolation(task.cpuOf(t));\n", ""],
  ["4.6 the VMM phase", "behaviour", "task.setLeft(t, table.vmmTicks(number));", "task.setLeft(t, 0);"],
  [
    "4.7 vhost workers by era",
    "behaviour-table",
    "return vhostIsUser ? ROLE_WORKER : ROLE_KTHREAD;",
    "return ROLE_KTHREAD;",
  ],
  ["5 remote switching of tickless user tasks", "transition", "    switchTask(t, REMOTE);\n", ""],
  [
    "5 tickless CPUs do not tick",
    "cpu",
    "if (!schedulerTick || (!waiting && isNohzFull(cpu))) return NEVER;",
    "if (!schedulerTick) return NEVER;",
  ],
  ["8.2 the slice", "runqueue", "return max<i64>(latency / <i64>n, minGranularity);", "return minGranularity;"],
  ["8.2 wake-up preemption", "runqueue", "lag > wakeupGranularity", "false"],
  ["8.2 the sleeper's credit", "behaviour", "minVruntime - latency / 2", "minVruntime"],
  [
    "rules 5: a context switch costs",
    "runqueue",
    "if (contextSwitch > 0 && picked != lastTask(cpu)) stallFor(cpu, contextSwitch, true);\n  else ",
    "",
  ],
  [
    "rules 5: schedule() goes on while R is set",
    "cpu",
    "if (switching && (task.threadFlags(t) & TIF_NEED_RESCHED) != 0) scheduleAgain(cpu, t);\n  else {",
    "{",
  ],
  ["rules 5: a VM exit costs", "cpu", "    if (vmExit > 0) runqueue.stallFor(cpu, vmExit);\n", ""],
  ["rules 8: a signal costs", "entry", "if (signalled && signalCost > 0) {", "if (false) {"],
  ["rules 9: an IPI costs", "transition", "  if (ipi > 0) {", "  if (false) {"],
  [
    "rules 3: length-biased start",
    "distribution",
    "if (kind == FIXED) return settleTotal(a >= <f64>FOREVER ? a : a * u, a);",
    "if (kind == FIXED) return settleTotal(a, a);",
  ],
  [
    "rules 12: balance needs a gap of two",
    "balance",
    "runqueue.runnable(standInOf(to)) + 2 <= runqueue.runnable(from)",
    "runqueue.runnable(standInOf(to)) + 1 <= runqueue.runnable(from)",
  ],
  ["rules 3: an alarm wakes those at rest alone", "cpu", "!table.isRest(task.phase(t))", "false"],
  ["rules 3: a rest ends at an alarm only", "behaviour", "if (table.isRest(phase)) return FOREVER;", ""],
  ["rules 3: alarms of one cell have draws of their own", "alarm", "entity + k * CLASS_MAX, SPLIT", "entity, SPLIT"],
  ["rules 5: out of a rest the credit is full", "behaviour", "setVruntime(t, credited);", "setVruntime(t, 0);"],
  ["rules 5: what follows a rest is drawn by its end", "behaviour", "    task.renumber(t, <u32>(at + settle));\n", ""],
  ["rules 3: what is queued comes by time", "alarm", "alarmAt(after) < at ||", ""],
  ["rules 3: a calm's end is long enough to forget", "calm", "standsBy ? work(cpu) + 1 : amongRunners", "1"],
  [
    "rules 3: a row of alarms is heard from its first one on",
    "calm",
    "foundAt(n) >= first && (",
    "foundAt(n) == foundAt(last) && (",
  ],
  [
    "rules 3: those who have T end a calm",
    "calm",
    "runqueue.stragglers(cpu) == (isPending(running) ? 1 : 0) && isUnmoved",
    "isUnmoved",
  ],
  [
    "rules 3: a flag that counts ends a calm",
    "calm",
    "if (flags != TIF_PATCH_PENDING || condResched) return",
    "if (false) return",
  ],
  ["rules 3: with T on those at rest there is no calm", "calm", " && !isRestPending()", ""],
  ["rules 3: a calm's work may not be done", "calm", "from + asked >= until", "from >= until"],
  [
    "rules 3: ranked: each wake-up is before the last drawn",
    "ranked",
    "load<f64>(at) + standardExponential",
    "standardExponential",
  ],
  ["rules 3: ranked: who sleeps long is drawn among those asleep", "ranked", " * table.asleepShare(number)", ""],
  ["rules 3: ranked: nobody is named twice", "ranked", "while (task.isPlaced(t))", "while (false)"],
  [
    "rules 3: ranked: a round reaches those left",
    "transition",
    "  countRounds(1);\n  findLater();",
    "  countRounds(1);",
  ],
  ["rules 3: ranked: force reaches those left", "transition", "  findLater();\n  follow(true);", "  follow(true);"],
  ["rules 3: ranked: those left at the horizon are stuck", "replica", "    placeLater(horizon);\n", ""],
  [
    "rules 3: ranked: who wakes together with the last",
    "replica",
    "while (lastWake(number) == last) placeLast",
    "placeLast",
  ],
  ["rules 3: ranked: an aftermath depends on everyone", "ranked", "areHidden = !aftermath && ", "areHidden = "],
  ["rules 3: ranked: a try that trusts no stack", "ranked", " && reliableStack != STACK_UNRELIABLE", ""],
  ["rules 3: ranked: idle tasks that wait for a wake-up", "ranked", " && idleForgotten", ""],
  ["rules 10: who only looked may act on a task in the kernel", "transition", "remoteWindow > 0", "false"],
  ["rules 10: where in its last tick a phase ends", "behaviour", "left - uniform(t, SPLIT, visit)", "left"],
  [
    "rules 10: a switch from afar harms only an affected phase",
    "behaviour",
    " < table.affectedProbability(next)",
    " < 1",
  ],
  ["rules 6: who gives way to the worker", "calm", "if (!alwaysYields(number)) setGivesWay(cpu, false);", ""],
  ["rules 5: a routine ends before an alarm", "routine", ", nextAlarm(cpu) - 1)", ", NEVER)"],
  [
    "rules 5: whoever wakes in a routine may preempt",
    "routine",
    "runqueue.preempts(task.vruntime(t) - task.vruntime(sleeper))",
    "false",
  ],
  ["rules 5: a routine's tick comes before a wake-up", "routine", "tickAt == due;", "tickAt < other;"],
  ["rules 5: a routine leaves who has flags", "routine", "task.threadFlags(t) != 0 || ", ""],
  ["rules 5: a routine leaves who is scanned", "routine", " && !isScanned(t)", ""],
  ["rules 5: a routine leaves halts", "behaviour-table", " && !isHalt(phase)", ""],
  ["rules 5: a routine leaves forks", "behaviour-table", "forkTarget == EXIT_PHASE && !isHalt", "!isHalt"],
  [
    "rules 5: a routine's virtual time follows",
    "routine",
    "setNow(due);\n    runqueue.follow(cpu, t);",
    "setNow(due);",
  ],
  [
    "rules 5: a routine's slices begin with a turn",
    "routine",
    "if (yields || runner != t) pickedAt",
    "if (yields) pickedAt",
  ],
  ["rules 5: turns end at an alarm", "turns", "const stop = min(limit, alarm);", "const stop = limit;"],
  [
    "rules 3: classes that share a CPU are kin",
    "kin",
    "if ((others & classes) != 0) classes |= others;\n    else ",
    "",
  ],
  ["rules 3: kin is calm if all its CPUs are", "kin", "store<u32>(at, 0, 40);", "{}"],
  ["rules 3: whom a crowded CPU's alarm is for", "crowd", "load<f64>(other, 8) <= share", "false"],
  ["rules 3: alarms of a crowded CPU are heard once", "crowd", "if (at > heard) enqueue", "enqueue"],
  [
    "rules 5: of an odd number of turns one has the last",
    "turns",
    "const isOdd = (turns & 1) != 0;",
    "const isOdd = false;",
  ],
  ["rules 5: a moment ends before the next alarm", "turns", "if (nextAlarm(cpu) > end) return end;", "return end;"],
  [
    "rules 5: a moment of those who take the CPU at once",
    "turns",
    "!runqueue.preempts(running - woken) || woken >= least || ",
    "",
  ],
  ["rules 5: a moment of those without T", "turns", "return !isRestPending();", "return true;"],
  ["rules 10: who may hold out is asked at completion", "calm", "return isLater;", "return true;"],
  ["rules 10: whoever was awake may hold out", "calm", "if (undisturbedUntil(cpu) < at) return false;", ""],
  ["rules 3: who rests is switched by the first try alone", "resting", "countStraggler(cpu, 1);", ""],
  [
    "rules 3: twins count for all they stand for",
    "twins",
    "runqueue.weight(standIn) - 1);",
    "runqueue.weight(standIn));",
  ],
  ["rules 3: a twin goes on from a copy of the state", "twins", "task.setCpuOf(runner, cpu);", ""],
  [
    "rules 5: rounds only where whoever ends a turn waits behind all others",
    "turns",
    "return lead < turn || (lead == turn && last < t);",
    "return true;",
  ],
  [
    "rules 5: turns until a sleeper wakes",
    "turns",
    "if (sleeper != NO_TASK) until = min(until, task.wakeAt(sleeper));",
    "",
  ],
  [
    "rules 5: turns until a phase ends",
    "turns",
    "const end = after(runqueue.runFrom(cpu), task.left(t));",
    "const end = FOREVER;",
  ],
  [
    "rules 5: turns where the flags of those who wait do not matter",
    "turns",
    "if (!onlyRuns(t)) return i64.MIN_VALUE;",
    "",
  ],
  ["rules 5: rounds take from each phase", "turns", "task.setLeft(t, task.left(t) - ticks);", "{}"],
  ["rules 5: who waits after a round was put off", "turns", "    waitForTurn(t);\n  }", "  }"],
  ["rules 5: at one instant the least number wakes first", "sleepers", "a < b", "a > b"],
  ["rules 5: who is woken early leaves the others asleep", "sleepers", "meld(first, orphans)", "first"],
  [
    "rules 12: passes before which the counts change",
    "balance",
    "event > pass || runqueue.current(cpu) == NO_TASK ? event",
    "event > pass || runqueue.current(cpu) == NO_TASK ? NEVER",
  ],
  ["rules 12: passes at which somebody has two fewer", "balance", "if (mostToRelieve() > 0) return pass;", ""],
  ["rules 9: no try is passed over that an event comes before", "schedule", "min(until, peek(cpu))", "until"],
  [
    "rules 9: no try is passed over that an action comes before",
    "transition",
    "min(horizon, actionAt(action)));",
    "horizon);",
  ],
  [
    "rules 9: no try is passed over that an alarm comes before",
    "schedule",
    "until = min(until, runqueue.delivered(cpu)); // later",
    "{} // later",
  ],
  ["rules 9: no round is passed over that does more than kick", "stagnation", "!task.isAsNoted(t, REACHED)", "false"],
  ["rules 9: no round is passed over after which a slice begins", "stagnation", "pickedAt(cpu) != pickedThere || ", ""],
  [
    "rules 9: no try is passed over that kicks idle CPUs",
    "stagnation",
    "if (wakeIdle && idleStragglers > 0) return false;",
    "",
  ],
  ["rules 9: no round is passed over before one has been seen", "stagnation", "every == 0 || roundKnown ?", "true ?"],
  ["rules 9: rounds passed over count by tries", "stagnation", "(count - 1) / every;", "count / every;"],
  ["rules 9: rounds passed over kick", "stagnation", "    tally.repeatKicks(sent);\n", ""],
  ["rules 9: expiries of tries passed over come round", "timer", "if (rounding == EXACT) return 1;", "return 1;"],
  ["rules 12: virtual time moves with the task", "balance", " + runqueue.minVruntime(to));", ");"],
];

const SUITES = ["test/stories", "test/laws.test.ts"];
/** A scenario takes some milliseconds; a mutant at which the probe falls silent for so long does not end. */
const SILENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    runs: { type: "string", default: "400" },
    more: { type: "string", default: "4000" },
    seed: { type: "string", default: "777" },
  },
});
const chosen = MUTANTS.filter(([rule]) => !values.only || rule.includes(values.only));
const stale = chosen.filter(([, file, from]) => !source(file).includes(from));
if (stale.length > 0)
  throw new Error(`the text to break is not there any more: ${stale.map(([rule]) => rule).join("; ")}`);

const scratch = mkdtempSync(join(tmpdir(), "klpsim-mutation-"));
const probe = join(scratch, "probe.mjs");
const wasm = join(scratch, "mutant.wasm");
const bundle = ["rolldown", "test/mutation-probe.ts", "--platform", "node", "--format", "esm", "--file", probe];
if (spawnSync("npx", bundle, { stdio: ["ignore", "ignore", "inherit"] }).status !== 0) process.exit(1);

await compile();
const unbroken = await disagreement(values.runs);
if (unbroken.difference !== null)
  throw new Error(`the engine unbroken differs from the oracle: ${unbroken.difference}`);

let survivors = 0;
console.log("rule | caught by | scenarios | difference");
for (const mutant of chosen) {
  await compile(mutant);
  const { by, scenarios, difference } = await catcher(mutant);
  if (by === null) survivors++;
  console.log([mutant[0], by ?? "SURVIVED", scenarios, difference].join(" | "));
}
rmSync(scratch, { recursive: true });
console.log(`${chosen.length - survivors} of ${chosen.length} mutants caught`);
process.exit(survivors > 0 ? 1 : 0);

function source(file) {
  return readFileSync(`assembly/${file}.ts`, "utf8");
}

function broken([, file, from, to]) {
  return source(file).replace(from, () => to);
}

/** The release build, less optimized, with a mutant's file in place of the engine's own. */
async function compile(mutant) {
  const path = `assembly/${mutant?.[1]}.ts`;
  const options = ["assembly/index.ts", "--target", "release", "--optimizeLevel", "1", "--outFile", "out.wasm"];
  const { error, stderr } = await asc.main(options, {
    readFile: (name) => (name === path ? broken(mutant) : read(name)),
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) writeFileSync(wasm, contents);
    },
  });
  if (error) throw new Error(`${mutant?.[0] ?? "the engine"} does not compile: ${stderr}`);
}

function read(name) {
  try {
    return readFileSync(name, "utf8");
  } catch {
    return null;
  }
}

/** Where the oracle and the last build part: after how many scenarios, and over what. */
async function disagreement(runs) {
  const child = spawn(process.execPath, [probe, wasm, runs, values.seed], { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  let alarm = setTimeout(() => child.kill(), SILENCE_MS);
  child.stdout.on("data", (text) => {
    told += text;
    clearTimeout(alarm);
    alarm = setTimeout(() => child.kill(), SILENCE_MS);
  });
  const [code, signal] = await once(child, "close");
  clearTimeout(alarm);
  const [dots, json] = told.split("\n");
  if (signal !== null) return { scenarios: dots.length + 1, difference: "the engine does not end" };
  if (code !== 0) throw new Error("the probe failed");
  return JSON.parse(json);
}

async function catcher(mutant) {
  for (const runs of [values.runs, values.more]) {
    const found = await disagreement(runs);
    if (found.difference !== null) return { by: "oracle", ...found };
  }
  const failed = failingSuite(mutant);
  return { by: failed ?? null, scenarios: values.more, difference: "-" };
}

/** The first suite that fails in a copy of the project with the mutant in it. */
function failingSuite(mutant) {
  const copy = join(scratch, "project");
  for (const part of [
    "assembly",
    "src",
    "test",
    "examples",
    "docs",
    "package.json",
    "asconfig.json",
    "tsconfig.json",
    "vitest.config.ts",
  ])
    cpSync(part, join(copy, part), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, "assembly", `${mutant[1]}.ts`), broken(mutant));
  const run = (...args) => spawnSync("npx", args, { cwd: copy }).status === 0;
  for (const target of ["debug", "release"])
    if (
      !run(
        "asc",
        "assembly/index.ts",
        "--config",
        "asconfig.json",
        "--target",
        target,
        "--outFile",
        `build/${target}.wasm`,
      )
    )
      throw new Error(`${mutant[0]} does not build`);
  const failed = SUITES.find((suite) => !run("vitest", "run", "--bail", "1", suite));
  rmSync(copy, { recursive: true });
  return failed;
}
