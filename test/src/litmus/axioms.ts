// The Linux-kernel memory model again: slow, obvious, plain TypeScript, sharing nothing with the engine. Every path of every CPU over every
// value, every choice of writes to read from, every coherence order; then the axioms as sets of pairs, as linux-kernel.cat states them.

import type { Cpu, Expression, FinalState, Instruction, Program } from "../../../src/litmus/program.js";

const ADDRESS_BASE = 0x40000000;

/** `tags`: R, W, F and what else it is; `address`, `data`, `control`: the reads of its CPU that it depends on. */
interface Event {
  cpu: number; // -1: initial write
  tags: Set<string>;
  location: number; // -1: none
  value: number;
  address: Event[];
  data: Event[];
  control: Event[];
  /** Of a read-modify-write's write. */
  read?: Event;
}

/** One way through a CPU's code. */
interface Path {
  events: Event[];
  registers: number[];
  blocked: boolean;
}

/** Final states with the number of consistent executions of each, in ascending order. */
export function executions(program: Program): FinalState[] {
  const finals = new Map<string, FinalState>();
  for (const paths of product(program.cpus.map((_, cpu) => pathsOf(program, cpu, reachableValues(program))))) {
    for (const execution of candidates(program, paths)) {
      if (!isConsistent(execution)) continue;
      const final = finalState(program, paths, execution);
      const key = `${final.values} ${final.blocked}`;
      const same = finals.get(key);
      if (same) same.count++;
      else finals.set(key, final);
    }
  }
  return [...finals.values()].sort(ascending);
}

export function ascending(a: FinalState, b: FinalState): number {
  const at = a.values.findIndex((value, i) => value !== b.values[i]);
  return at < 0 ? a.blocked - b.blocked : a.values[at]! - b.values[at]!;
}

function* product<T>(choices: T[][]): Generator<T[]> {
  const [first, ...others] = choices;
  if (!first) return yield [];
  for (const rest of product(others)) for (const one of first) yield [one, ...rest];
}

// Paths.

/** What can be in each location, by a chain of writes in which each instruction stands at most once. */
function reachableValues(program: Program): Set<number>[] {
  let values = program.locations.map(({ initial }) => new Set([initial]));
  const writes = program.cpus.flatMap(({ instructions }) => instructions).filter(({ op }) => writing.has(op)).length;
  for (let round = 0; round < writes; round++) {
    const next = values.map((set) => new Set(set));
    program.cpus.forEach((_, cpu) => {
      for (const { events } of pathsOf(program, cpu, values))
        for (const { tags, location, value } of events) if (tags.has("W")) next[location]!.add(value);
    });
    values = next;
  }
  return values;
}
const writing = new Set<Instruction["op"]>(["store", "rmw", "lock", "trylock", "unlock"]);

/** The state of a walk along a CPU's code. */
interface Walk {
  at: number;
  events: Event[];
  registers: number[];
  sources: Event[][];
  /** Conditions passed: the reads they depend on, and up to which instruction they matter. */
  conditions: { reads: Event[]; until: number }[];
}

function pathsOf(program: Program, cpu: number, values: Set<number>[]): Path[] {
  const { registers } = program.cpus[cpu]!;
  const start = {
    at: 0,
    events: [],
    registers: registers.map(() => 0),
    sources: registers.map(() => []),
    conditions: [],
  };
  return [...walk(program.cpus[cpu]!, cpu, start, values)];
}

function* walk(code: Cpu, cpu: number, state: Walk, values: Set<number>[]): Generator<Path> {
  const one = code.instructions[state.at];
  if (!one) return yield { events: state.events, registers: state.registers, blocked: false };
  for (const next of step(code, one, cpu, state, values)) {
    if ("blocked" in next) yield next;
    else yield* walk(code, cpu, next, values);
  }
}

/** Where one instruction leads: for a read one for each value there may be. */
function* step(code: Cpu, one: Instruction, cpu: number, state: Walk, values: Set<number>[]): Generator<Walk | Path> {
  const value = (expression: Expression) => evaluate(expression, state.registers);
  const reads = (expression: Expression | null) => (expression ? dependencies(expression, state.sources) : []);
  const goOn = (change: Partial<Walk>): Walk => ({ ...state, at: state.at + 1, ...change });
  const control = state.conditions.filter(({ until }) => until > state.at).flatMap((condition) => condition.reads);
  const fence = (...tags: string[]): Event => ({ ...NOTHING, cpu, tags: new Set(tags) });
  const access = (tags: string[], data: Event[], written: number, extra: Event[] = []): Event => {
    const { address } = one as { address: Expression };
    return {
      cpu,
      tags: new Set(tags),
      location: value(address) - ADDRESS_BASE,
      value: written,
      address: reads(address),
      data,
      control: [...control, ...extra],
    };
  };
  const receive = (register: number | null, read: Event, received: number): Partial<Walk> =>
    register === null
      ? {}
      : { registers: state.registers.with(register, received), sources: state.sources.with(register, [read]) };

  switch (one.op) {
    case "set":
      return yield goOn({
        registers: state.registers.with(one.register, value(one.value)),
        sources: state.sources.with(one.register, reads(one.value)),
      });
    case "jump":
      return yield goOn({ at: one.target });
    case "branch":
      return yield goOn({
        at: value(one.condition) === 0 ? one.target : state.at + 1,
        conditions: [...state.conditions, { reads: reads(one.condition), until: meeting(code, state.at) }],
      });
    case "assume":
      if (value(one.condition) !== 0) yield goOn({});
      return;
    case "fence":
      return yield goOn({ events: [...state.events, fence("F", one.fence)] });
    case "section_begin":
    case "section_end":
    case "synchronize":
      return yield goOn({ events: [...state.events, fence("F", one.op)] });
    case "store": {
      const tags = { plain: ["W"], once: ["W", "marked"], release: ["W", "marked", "release"] }[one.order];
      return yield goOn({ events: [...state.events, access(tags, reads(one.value), value(one.value))] });
    }
    case "unlock":
      return yield goOn({ events: [...state.events, access(["W", "marked", "release", "UL"], [], 0)] });
  }
  const location = value(one.address) - ADDRESS_BASE;
  for (const found of values[location]!) {
    switch (one.op) {
      case "load": {
        const tags = { plain: ["R"], once: ["R", "marked"], acquire: ["R", "marked", "acquire"] }[one.order];
        const read = access(tags, [], found);
        yield goOn({ events: [...state.events, read], ...receive(one.register, read, found) });
        break;
      }
      case "is_locked": {
        const read = access(["R", "marked"], [], found);
        yield goOn({ events: [...state.events, read], ...receive(one.register, read, found === 0 ? 0 : 1) });
        break;
      }
      case "wait": {
        const read = access(["R", "marked"], [], found);
        const after = goOn({ events: [...state.events, read], ...receive(one.register, read, found) });
        if (evaluate(one.condition, after.registers) === 0) {
          read.tags.add("last");
          yield { events: after.events, registers: after.registers, blocked: true };
        } else {
          const condition = { reads: dependencies(one.condition, after.sources), until: Infinity };
          yield { ...after, conditions: [...after.conditions, condition] };
        }
        break;
      }
      case "lock":
      case "trylock": {
        const register = one.op === "trylock" ? one.register : null;
        const taken = found === 0;
        const read = access(taken ? ["R", "marked", "acquire", "LKR"] : ["R", "marked"], [], found);
        if (taken) {
          const write = { ...access(["W", "marked", "LKW"], [], 1), read };
          yield goOn({ events: [...state.events, read, write], ...receive(register, read, 1) });
        } else if (one.op === "lock") {
          read.tags.add("last");
          yield { events: [...state.events, read], registers: state.registers, blocked: true };
        } else yield goOn({ events: [...state.events, read], ...receive(register, read, 0) });
        break;
      }
      case "rmw": {
        const expected = one.expected ? value(one.expected) : 0;
        const operand = value(one.operand);
        const fails =
          one.operation === "cmpxchg" ? found !== expected : one.operation === "add_unless" && found === expected;
        if (fails) {
          const read = access(["R", "marked", "RMW"], [], found);
          yield goOn({ events: [...state.events, read], ...receive(one.register, read, found) });
          break;
        }
        const read = access(["R", "marked", "RMW"], [], found);
        if (one.register === null && one.order === "relaxed") read.tags.add("noreturn");
        if (one.order === "acquire") read.tags.add("acquire");
        const computed = one.operation !== "xchg" && one.operation !== "cmpxchg";
        const data = [...reads(one.operand), ...(computed ? [read] : [])];
        const write: Event = {
          ...access(["W", "marked", "RMW"], data, apply(one.operation, found, operand), reads(one.expected)),
          read,
        };
        if (one.order === "release") write.tags.add("release");
        const pair = one.order === "full" ? [fence("F", "mb"), read, write, fence("F", "mb")] : [read, write];
        yield goOn({ events: [...state.events, ...pair], ...receive(one.register, read, found) });
      }
    }
  }
}

const NOTHING = { location: -1, value: 0, address: [], data: [], control: [] };

function apply(operation: string, old: number, operand: number): number {
  switch (operation) {
    case "add":
    case "add_unless":
      return (old + operand) | 0;
    case "sub":
      return (old - operand) | 0;
    case "and":
      return old & operand;
    case "or":
      return old | operand;
    case "xor":
      return old ^ operand;
    case "andnot":
      return old & ~operand;
    default:
      return operand;
  }
}

/** The first instruction after a branch that all ways from it pass. */
function meeting({ instructions }: Cpu, at: number): number {
  const ways = (from: number): number[][] => {
    const one = instructions[from];
    if (!one) return [[instructions.length]];
    const next = one.op === "jump" ? [one.target] : one.op === "branch" ? [from + 1, one.target] : [from + 1];
    return next.flatMap((to) => ways(to).map((way) => [from, ...way]));
  };
  const all = ways(at);
  return Math.min(...all[0]!.filter((place) => place > at && all.every((way) => way.includes(place))));
}

function evaluate(expression: Expression, registers: number[]): number {
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "register":
      return registers[expression.register]!;
    case "binary": {
      const [a, b] = [evaluate(expression.left, registers), evaluate(expression.right, registers)];
      const results: Partial<Record<typeof expression.operator, number>> = {
        "+": (a + b) | 0,
        "-": (a - b) | 0,
        "&": a & b,
        "^": a ^ b,
        "==": Number(a === b),
        "!=": Number(a !== b),
      };
      return results[expression.operator]!;
    }
    default:
      throw new Error(`not in generated programs: ${expression.kind}`);
  }
}

function dependencies(expression: Expression, sources: Event[][]): Event[] {
  if (expression.kind === "register") return sources[expression.register]!;
  if (expression.kind !== "binary") return [];
  return [...dependencies(expression.left, sources), ...dependencies(expression.right, sources)];
}

// Candidates.

interface Execution {
  events: Event[]; // of each CPU in its order
  rf: Map<Event, Event>; // read to write
  co: Event[][]; // by location
}

function* candidates(program: Program, paths: Path[]): Generator<Execution> {
  const initial = program.locations.map(({ initial: value }, location) => ({
    ...NOTHING,
    cpu: -1,
    tags: new Set(["W", "marked"]),
    location,
    value,
  }));
  const events = [...initial, ...paths.flatMap((path) => path.events)];
  const reads = events.filter(({ tags }) => tags.has("R"));
  const writes = (location: number) => events.filter((one) => one.tags.has("W") && one.location === location);
  const sources = reads.map((read) => writes(read.location).filter(({ value }) => value === read.value));
  if (sources.some(({ length }) => length === 0)) return;
  const orders = initial.map((first, location) =>
    [...permutations(writes(location).filter((one) => one !== first))].map((order) => [first, ...order]),
  );
  for (const co of product(orders)) {
    for (const chosen of product(sources))
      yield { events, rf: new Map(reads.map((read, i) => [read, chosen[i]!])), co };
  }
}

function* permutations<T>(items: T[]): Generator<T[]> {
  if (items.length === 0) return yield [];
  for (const [i, first] of items.entries())
    for (const rest of permutations(items.filter((_, j) => j !== i))) yield [first, ...rest];
}

function finalState({ observed }: Program, paths: Path[], { co }: Execution): FinalState {
  const values = observed.map((one) =>
    one.kind === "location" ? co[one.location]!.at(-1)!.value : paths[one.cpu]!.registers[one.register]!,
  );
  return { values, blocked: paths.reduce((bits, { blocked }, cpu) => bits | (blocked ? 1 << cpu : 0), 0), count: 1 };
}

// Axioms. A relation is, of each event, the set of those it leads to.

type Relation = Map<Event, Set<Event>>;
type EventSet = (event: Event) => boolean;

const tagged =
  (...tags: string[]): EventSet =>
  (event) =>
    tags.some((tag) => event.tags.has(tag));
const isAccess = tagged("R", "W");
const isMarked: EventSet = (event) => !isAccess(event) || event.tags.has("marked");

function relate(events: Event[], holds: (a: Event, b: Event) => boolean): Relation {
  return new Map(events.map((a) => [a, new Set(events.filter((b) => holds(a, b)))]));
}
const join = (...relations: Relation[]): Relation =>
  new Map([...relations[0]!.keys()].map((a) => [a, new Set(relations.flatMap((one) => [...one.get(a)!]))]));
const meet = (r: Relation, holds: (a: Event, b: Event) => boolean): Relation =>
  new Map([...r].map(([a, after]) => [a, new Set([...after].filter((b) => holds(a, b)))]));
const compose = (r: Relation, s: Relation): Relation =>
  new Map([...r].map(([a, after]) => [a, new Set(Array.from(after).flatMap((b) => [...s.get(b)!]))]));
const sequence = (...relations: Relation[]): Relation => relations.reduce(compose);
const identity = (r: Relation, set: EventSet = () => true): Relation =>
  new Map([...r.keys()].map((a) => [a, new Set(set(a) ? [a] : [])]));
const optional = (r: Relation): Relation => join(identity(r), r);
const inverse = (r: Relation): Relation => relate([...r.keys()], (a, b) => r.get(b)!.has(a));
const size = (r: Relation): number => [...r.values()].reduce((sum, after) => sum + after.size, 0);

function plus(r: Relation): Relation {
  let closed = r;
  for (let next = join(r, sequence(r, r)); size(next) !== size(closed); next = join(next, sequence(next, next)))
    closed = next;
  return closed;
}
const star = (r: Relation): Relation => optional(plus(r));
const isAcyclic = (r: Relation): boolean => isIrreflexive(plus(r));
const isIrreflexive = (r: Relation): boolean => [...r].every(([a, after]) => !after.has(a));

function isConsistent({ events, rf: sources, co: orders }: Execution): boolean {
  const place = new Map(orders.flatMap((order) => order.map((write, i) => [write, i] as const)));
  const number = new Map(events.map((event, i) => [event, i]));
  const internal = (a: Event, b: Event) => a.cpu === b.cpu && a.cpu >= 0;
  const external = (a: Event, b: Event) => !internal(a, b);
  const sameLocation = (a: Event, b: Event) => a.location >= 0 && a.location === b.location;
  const po = relate(events, (a, b) => internal(a, b) && number.get(a)! < number.get(b)!);
  const rf = relate(events, (a, b) => sources.get(b) === a);
  const co = relate(
    events,
    (a, b) => sameLocation(a, b) && place.has(a) && place.has(b) && place.get(a)! < place.get(b)!,
  );
  const fr = sequence(inverse(rf), co);
  const rmw = relate(events, (a, b) => b.read === a);
  const rfe = meet(rf, external);
  const rfi = meet(rf, internal);

  // A read for ever in vain reads the last write.
  for (const [read, write] of sources)
    if (read.tags.has("last") && orders[read.location]!.at(-1) !== write) return false;
  // Coherence, atomicity.
  if (!isAcyclic(join(meet(po, sameLocation), rf, co, fr))) return false;
  const between = sequence(meet(fr, external), meet(co, external));
  if ([...rmw].some(([read, writes]) => [...writes].some((write) => between.get(read)!.has(write)))) return false;

  const only = (...sets: (EventSet | Relation)[]): Relation =>
    sequence(...sets.map((one) => (typeof one === "function" ? identity(po, one) : one)));
  const around = (...tags: string[]) => only(po, tagged(...tags), po);

  // Fences.
  const acquirePo = only(tagged("acquire"), po, isAccess);
  const poRelease = only(isAccess, po, tagged("release"));
  const poUnlockLockPo = only(po, tagged("UL"), join(po, rf), tagged("LKR"), po);
  const orderedRead: EventSet = (event) => event.tags.has("R") && !event.tags.has("noreturn");
  const returning: EventSet = (event) => !event.tags.has("noreturn");
  const rmb = only(orderedRead, around("rmb"), orderedRead);
  const wmb = only(tagged("W"), around("wmb"), tagged("W"));
  const mb = join(
    only(isAccess, around("mb"), isAccess),
    only(isAccess, around("before_atomic"), tagged("RMW"), optional(po), isAccess),
    only(isAccess, optional(po), tagged("RMW"), around("after_atomic"), isAccess),
    only(isAccess, optional(po), tagged("LKW"), around("after_spinlock"), isAccess),
    only(isAccess, poUnlockLockPo, tagged("after_unlock_lock"), po, isAccess),
  );
  const gracePeriod = tagged("synchronize");
  const strong = join(mb, only(po, gracePeriod, optional(po)));
  const fence = join(strong, poRelease, acquirePo, wmb, rmb);

  // Dependencies.
  const carried = (of: "address" | "data" | "control"): Relation =>
    sequence(
      star(
        sequence(
          relate(events, (a, b) => b.data.includes(a)),
          rfi,
        ),
      ),
      relate(events, (a, b) => b[of].includes(a)),
    );
  const [address, data, control] = [carried("address"), carried("data"), carried("control")];
  const dependency = join(address, data);
  const overwrite = join(co, fr);
  const isPlain: EventSet = (event) => isAccess(event) && !event.tags.has("marked");
  const toWrite = join(
    only(join(dependency, control), tagged("W")),
    meet(overwrite, internal),
    only(address, isPlain, wmb),
  );
  const toRead = join(only(address, tagged("R")), only(dependency, isMarked, rfi));
  const ppo = join(toRead, toWrite, meet(fence, internal), meet(poUnlockLockPo, internal));

  // Propagation.
  const cumulative = (r: Relation) => sequence(optional(only(rfe, isMarked)), r);
  const cumulFence = only(
    isMarked,
    join(cumulative(join(strong, poRelease)), wmb, poUnlockLockPo),
    isMarked,
    star(sequence(rf, rmw)),
  );
  const prop = only(isMarked, optional(meet(overwrite, external)), star(cumulFence), isMarked, optional(rfe), isMarked);
  const hb = only(
    isMarked,
    join(
      ppo,
      rfe,
      meet(prop, (a, b) => internal(a, b) && a !== b),
    ),
    isMarked,
  );
  if (!isAcyclic(hb)) return false;
  const pb = only(prop, strong, star(hb), isMarked);
  if (!isAcyclic(pb)) return false;

  // Grace periods.
  const section = new Map(events.flatMap((event) => sectionAround(event, events)));
  const backwards = relate(events, (a, b) => section.get(a) === b);
  const link = sequence(optional(po), star(hb), star(pb), prop, po);
  const grace = identity(po, gracePeriod);
  let order = grace;
  for (let before = -1; before !== size(order); ) {
    before = size(order);
    order = join(
      order,
      sequence(grace, link, backwards),
      sequence(backwards, link, grace),
      sequence(grace, link, order, link, backwards),
      sequence(backwards, link, order, link, grace),
      sequence(order, link, order),
    );
  }
  const graceFence = sequence(po, order, optional(po));
  const rb = only(prop, graceFence, star(hb), star(pb), isMarked);
  if (!isIrreflexive(rb)) return false;

  // Plain accesses.
  const anyStrong = join(strong, graceFence);
  const anyFence = join(fence, graceFence);
  const exceptWmb = join(strong, poRelease, acquirePo, only(orderedRead, around("rmb"), returning));
  const executes = star(join(hb, pb, rb));
  const seen = only(star(cumulFence), optional(rfe), isMarked);
  const visible = join(only(seen, anyStrong, isMarked, executes), sequence(seen, meet(executes, internal)));
  const writeBegins = only(isMarked, optional(join(address, anyFence)));
  const readBegins = only(isMarked, optional(join(address, exceptWmb)));
  const writeEnds = only(optional(anyFence), isMarked, star(sequence(rf, rmw)));
  const postRead = join(strong, poRelease, acquirePo, only(returning, around("rmb"), orderedRead));
  const readEnds = only(optional(postRead), isMarked);
  const visibleTo = (begins: Relation) =>
    join(anyFence, sequence(anyStrong, executes, begins), sequence(writeEnds, visible, begins));
  const executesBefore = join(anyFence, sequence(readEnds, executes, writeBegins));
  const mayRace = (a: Event, b: Event) => external(a, b) && (isPlain(a) || (isPlain(b) && a.cpu >= 0));
  const contradicts = (r: Relation, s: Relation) => size(meet(r, (a, b) => mayRace(a, b) && s.get(b)!.has(a))) > 0;
  return (
    !contradicts(rf, executesBefore) &&
    !contradicts(fr, visibleTo(readBegins)) &&
    !contradicts(co, visibleTo(writeBegins))
  );
}

/** The begin of the outermost section that an event ends. */
function sectionAround(end: Event, events: Event[]): [Event, Event][] {
  const open: Event[] = [];
  for (const event of events.filter(({ cpu }) => cpu === end.cpu)) {
    if (event.tags.has("section_begin")) open.push(event);
    if (!event.tags.has("section_end")) continue;
    const begin = open.pop();
    if (event === end) return begin && open.length === 0 ? [[end, begin]] : [];
  }
  return [];
}
