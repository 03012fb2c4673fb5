// patch-lite in plain JavaScript: a binary heap of events in typed arrays, one for each task's phase end and one for the next
// try: node patch-lite.js TASKS REPLICAS SEED.

const USER = 0;
const ASLEEP_CLEAN = 1;
const ASLEEP_AFFECTED = 2;
const MEAN_SECONDS = [0.005, 0.05, 2];
const AFFECTED_ODDS = 0.1; // of a sleep to be on the patched function
const WARM_UP_MS = 200;

/** Events by time (seconds), each a whole number: a task's, or the number of tasks for the loader's try. */
class EventHeap {
  size = 0;
  #times;
  #events;

  constructor(capacity) {
    this.#times = new Float64Array(capacity);
    this.#events = new Uint32Array(capacity);
  }

  clear() {
    this.size = 0;
  }

  get time() {
    return this.#times[0];
  }

  push(time, event) {
    const times = this.#times;
    const events = this.#events;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (times[parent] <= time) break;
      times[place] = times[parent];
      events[place] = events[parent];
      place = parent;
    }
    times[place] = time;
    events[place] = event;
  }

  /** The earliest event, taken out. */
  pop() {
    const times = this.#times;
    const events = this.#events;
    const first = events[0];
    const size = --this.size;
    const time = times[size];
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1] < times[child]) child++;
      if (time <= times[child]) break;
      times[place] = times[child];
      events[place] = events[child];
      place = child;
    }
    times[place] = time;
    events[place] = events[size];
    return first;
  }
}

/** xoshiro128+ (Blackman and Vigna), its state filled by a Weyl sequence; in [0, 1). */
class Random {
  #a;
  #b;
  #c;
  #d;

  constructor(seed) {
    let weyl = seed | 0;
    const next = () => {
      weyl = (weyl + 0x9e3779b9) | 0;
      const mixed = Math.imul(weyl ^ (weyl >>> 16), 0x85ebca6b);
      const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return again ^ (again >>> 16);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  uniform() {
    const sum = (this.#a + this.#d) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return sum * 2 ** -32;
  }

  exponential(mean) {
    return -mean * Math.log(1 - this.uniform());
  }
}

class Transition {
  #count;
  #random;
  #phases;
  #switched;
  #heap;

  constructor(count, random) {
    this.#count = count;
    this.#random = random;
    this.#phases = new Uint8Array(count);
    this.#switched = new Uint8Array(count);
    this.#heap = new EventHeap(count + 1);
  }

  /** One transition: the seconds to the try that finds it complete. */
  run() {
    const count = this.#count;
    const heap = this.#heap;
    heap.clear();
    heap.push(0, count);
    this.#switched.fill(0);
    for (let task = 0; task < count; task++) this.#begin(task, this.#stationaryPhase(), 0);
    for (;;) {
      const now = heap.time;
      const event = heap.pop();
      if (event < count) this.#endPhase(event, now);
      else if (this.#tryComplete()) return now;
      else heap.push(now + 1, count);
    }
  }

  /** Where a task is found: phases by their shares of wall time, visits a cycle times mean. */
  #stationaryPhase() {
    const user = MEAN_SECONDS[USER];
    const clean = (1 - AFFECTED_ODDS) * MEAN_SECONDS[ASLEEP_CLEAN];
    const affected = AFFECTED_ODDS * MEAN_SECONDS[ASLEEP_AFFECTED];
    const u = (user + clean + affected) * this.#random.uniform();
    if (u < user) return USER;
    return u < user + clean ? ASLEEP_CLEAN : ASLEEP_AFFECTED;
  }

  #begin(task, phase, now) {
    this.#phases[task] = phase;
    this.#heap.push(now + this.#random.exponential(MEAN_SECONDS[phase]), task);
  }

  #endPhase(task, now) {
    if (this.#phases[task] === USER) {
      this.#begin(task, this.#random.uniform() < AFFECTED_ODDS ? ASLEEP_AFFECTED : ASLEEP_CLEAN, now);
    } else {
      this.#switched[task] = 1; // in the exit-to-user loop
      this.#begin(task, USER, now);
    }
  }

  /** Visits every task; from outside only one asleep off the patched function can be switched. True when none is left. */
  #tryComplete() {
    let complete = true;
    for (let task = 0; task < this.#count; task++) {
      if (this.#phases[task] === ASLEEP_CLEAN) this.#switched[task] = 1;
      else if (this.#switched[task] === 0) complete = false;
    }
    return complete;
  }
}

/** Runs transitions until the code is compiled as well as it will be. */
function warmUp(count) {
  const transition = new Transition(count, new Random(0));
  const end = performance.now() + WARM_UP_MS;
  do transition.run();
  while (performance.now() < end);
}

const [count, replicas, seed] = process.argv.slice(2).map(Number);
if (seed === undefined) {
  console.error("usage: node patch-lite.js TASKS REPLICAS SEED");
  process.exit(2);
}
warmUp(count);
const transition = new Transition(count, new Random(seed));
let sum = 0;
let later15 = 0;
const before = process.cpuUsage();
for (let i = 0; i < replicas; i++) {
  const seconds = transition.run();
  sum += seconds;
  if (seconds > 15) later15++;
}
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ mean: sum / replicas, later15: later15 / replicas, cpuSeconds: (user + system) / 1e6 }));
