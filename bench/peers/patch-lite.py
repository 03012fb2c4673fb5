#!/usr/bin/env python3
"""patch-lite in SimPy: a process a task, and one that tries: python3 patch-lite.py TASKS REPLICAS SEED."""

import json
import random
import sys
import time

import simpy

USER, ASLEEP_CLEAN, ASLEEP_AFFECTED = range(3)
MEAN_SECONDS = (0.005, 0.05, 2.0)
AFFECTED_ODDS = 0.1  # of a sleep to be on the patched function
VISITS = (1.0, 1 - AFFECTED_ODDS, AFFECTED_ODDS)  # a cycle
SHARES = [visits * mean for visits, mean in zip(VISITS, MEAN_SECONDS)]  # of wall time, not normalised
TRY_SECONDS = 1


class Task:
    """Alternates between user mode and sleep for as long as the simulation runs."""

    def __init__(self, env, rng):
        self.env = env
        self.rng = rng
        self.phase = rng.choices((USER, ASLEEP_CLEAN, ASLEEP_AFFECTED), SHARES)[0]
        self.switched = False
        env.process(self.run())

    def run(self):
        while True:
            yield self.env.timeout(self.rng.expovariate(1 / MEAN_SECONDS[self.phase]))
            if self.phase == USER:
                self.phase = ASLEEP_AFFECTED if self.rng.random() < AFFECTED_ODDS else ASLEEP_CLEAN
            else:
                self.switched = True  # in the exit-to-user loop
                self.phase = USER

    def try_switch(self):
        """Looked at from outside: only a task asleep off the patched function can be switched."""
        if self.phase == ASLEEP_CLEAN:
            self.switched = True
        return self.switched


def loader(env, tasks):
    """Tries until no task is left; every try visits every task."""
    while not all([task.try_switch() for task in tasks]):
        yield env.timeout(TRY_SECONDS)


def transition(count, rng):
    """One transition of `count` tasks: the seconds to the try that finds it complete."""
    env = simpy.Environment()
    tasks = [Task(env, rng) for _ in range(count)]
    env.run(until=env.process(loader(env, tasks)))
    return env.now


def main():
    count, replicas, seed = map(int, sys.argv[1:])
    rng = random.Random(seed)
    started = time.process_time()
    completions = [transition(count, rng) for _ in range(replicas)]
    cpu_seconds = time.process_time() - started
    mean = sum(completions) / replicas
    later15 = sum(seconds > 15 for seconds in completions) / replicas
    print(json.dumps({"mean": mean, "later15": later15, "cpuSeconds": cpu_seconds}))


if __name__ == "__main__":
    main()
