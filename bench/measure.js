// How benches measure: things taken in turn, round by round, so that what disturbs the machine disturbs all alike; medians.

/** CPU time of this process so far, in ms: a busy machine disturbs it less than the clock. */
export function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The clock, in ms. */
export function clockMs() {
  return performance.now();
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * What each task takes, in ms: a column a task, a row a round, the tasks of a round one after another.
 * @param {(() => unknown)[]} tasks
 */
export async function interleave(tasks, rounds, now) {
  const columns = tasks.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, task] of tasks.entries()) {
      const started = now();
      await task();
      columns[n].push(now() - started);
    }
  }
  return columns;
}

const REPLICAS_MIN = 64; // replicas differ: too few are no fair sample

/** A power of two of replicas that takes about so many ms at least, by trying; the first tries find the code cold. */
export async function replicasFor(run, ms, now = cpuMs) {
  for (let count = REPLICAS_MIN; ; ) {
    const started = now();
    await run(count);
    const took = now() - started;
    if (took >= 0.7 * ms) return count;
    count *= took < ms / 16 ? 8 : 2;
  }
}

export function progress(text) {
  process.stderr.write(`${text}\n`);
}
