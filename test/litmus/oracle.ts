// The rules of sc and tso again: every instruction a step of its own, every interleaving, plain objects. Shares no code with the engine.

import {
  ADDRESS_BASE,
  type Expression,
  type FinalState,
  type Instruction,
  type Program,
  type WitnessStep,
} from "../../src/litmus/program.js";

interface CpuState {
  next: number;
  registers: number[];
  buffer: { location: number; value: number; by: number }[];
  nesting: number;
  /** A store made before the end of some section is in the buffer. */
  lingers: boolean;
  /** Of a grace period under way: what other CPUs still owe it. */
  owed: Record<number, "leave" | "drain"> | null;
}

export interface Machine {
  memory: number[];
  cpus: CpuState[];
}

/** A step of one CPU and the machine after it; null: the path does not count. */
export interface Move {
  cpu: number;
  kind: "execute" | "flush";
  instruction: number;
  value: number | null;
  /** Does the CPU touch more than its registers? */
  counts: boolean;
  to: Machine | null;
}

/** Ends in order, with the length of the shortest way to each. */
export interface OracleEnd extends FinalState {
  steps: number;
}

export class Oracle {
  private readonly hasGrace: boolean;

  constructor(
    private readonly program: Program,
    private readonly tso: boolean,
  ) {
    this.hasGrace = program.cpus.some(({ instructions }) => instructions.some(({ op }) => op === "synchronize"));
  }

  start(): Machine {
    return {
      memory: this.program.locations.map(({ initial }) => initial),
      cpus: this.program.cpus.map(({ registers }) => ({
        next: 0,
        registers: registers.map(() => 0),
        buffer: [],
        nesting: 0,
        lingers: false,
        owed: null,
      })),
    };
  }

  ends(): OracleEnd[] {
    const found = new Map<string, OracleEnd>();
    const seen = new Set<string>();
    for (let level = [this.start()], steps = 0; level.length > 0; steps++) {
      const nextLevel: Machine[] = [];
      while (level.length > 0) {
        const machine = level.pop()!;
        if (!fresh(seen, machine)) continue;
        const moves = this.moves(machine);
        if (moves.length === 0) this.addEnd(found, machine, steps);
        for (const { to, counts } of moves) if (to) (counts ? nextLevel : level).push(to);
      }
      level = nextLevel;
    }
    return [...found.values()].sort((a, b) => compare([...a.values, a.blocked], [...b.values, b.blocked]));
  }

  private addEnd(found: Map<string, OracleEnd>, machine: Machine, steps: number): void {
    const final = this.final(machine);
    const key = JSON.stringify(final);
    const known = found.get(key);
    if (known) known.count++;
    else found.set(key, { ...final, steps });
  }

  final({ memory, cpus }: Machine): FinalState {
    const values = this.program.observed.map((one) =>
      one.kind === "location" ? memory[one.location]! : cpus[one.cpu]!.registers[one.register]!,
    );
    const blocked = cpus.reduce((bits, { next }, n) => bits | (this.instruction(n, next) ? 1 << n : 0), 0);
    return { values, blocked, count: 1 };
  }

  private instruction(cpu: number, n: number): Instruction | undefined {
    return this.program.cpus[cpu]!.instructions[n];
  }

  /** Everything that can be done; where a path does not count there is nothing else to do. */
  moves(machine: Machine): Move[] {
    const all = machine.cpus.flatMap((_, cpu) => [...this.execute(machine, cpu), ...this.flush(machine, cpu)]);
    const dead = all.find(({ to }) => to === null);
    return dead ? [dead] : all;
  }

  private flush(machine: Machine, n: number): Move[] {
    if (machine.cpus[n]!.buffer.length === 0) return [];
    const to = copy(machine);
    const { location, value, by } = to.cpus[n]!.buffer.shift()!;
    to.memory[location] = value;
    if (to.cpus[n]!.buffer.length === 0) {
      to.cpus[n]!.lingers = false;
      for (const { owed } of to.cpus) if (owed?.[n] === "drain") delete owed[n];
    }
    return [{ cpu: n, kind: "flush", instruction: by, value, counts: true, to }];
  }

  private execute(machine: Machine, n: number): Move[] {
    const to = copy(machine);
    const cpu = to.cpus[n]!;
    const number = cpu.next;
    const one = this.instruction(n, number);
    if (!one) return [];
    cpu.next++;
    const move = (value: number | null = null, counts = true): Move[] => [
      { cpu: n, kind: "execute", instruction: number, value, counts, to },
    ];
    const value = (expression: Expression) => evaluate(expression, cpu.registers, to.memory);
    const location = "address" in one ? value(one.address) - ADDRESS_BASE : -1;
    const newest = cpu.buffer.findLast((entry) => entry.location === location);
    const seen = newest ? newest.value : to.memory[location]!;
    const drained = cpu.buffer.length === 0;
    const write = (stored: number) => {
      if (!this.tso) to.memory[location] = stored;
      else cpu.buffer.push({ location, value: stored, by: number });
    };
    switch (one.op) {
      case "load":
        cpu.registers[one.register] = seen;
        return move(seen);
      case "is_locked":
        cpu.registers[one.register] = seen === 0 ? 0 : 1;
        return move(cpu.registers[one.register]);
      case "store": {
        if (cpu.buffer.length === this.room(n)) return [];
        const stored = value(one.value);
        write(stored);
        return move(stored);
      }
      case "unlock":
        if (cpu.buffer.length === this.room(n)) return [];
        write(0);
        return move();
      case "rmw": {
        const expected = one.expected === null ? null : value(one.expected);
        const gives = (result: number) => {
          if (one.register !== null) cpu.registers[one.register] = result;
          return move(result);
        };
        if (one.operation === "add_unless" && seen === expected) return gives(seen);
        if (!drained) return [];
        if (one.operation !== "cmpxchg" || seen === expected)
          to.memory[location] = afterwards(one.operation, seen, value(one.operand));
        return gives(seen);
      }
      case "lock":
        if (!drained || seen !== 0) return [];
        to.memory[location] = 1;
        return move();
      case "trylock":
        if (seen === 0 && !drained) return [];
        if (seen === 0) to.memory[location] = 1;
        cpu.registers[one.register] = seen === 0 ? 1 : 0;
        return move(cpu.registers[one.register]);
      case "wait":
        cpu.registers[one.register] = seen;
        return value(one.condition) !== 0 ? move(seen) : [];
      case "fence":
        return one.fence === "mb" && !drained ? [] : move(null, false);
      case "set":
        cpu.registers[one.register] = value(one.value);
        return move(null, false);
      case "jump":
        cpu.next = one.target;
        return move(null, one.target <= number);
      case "branch":
        if (value(one.condition) !== 0) return move(null, false);
        cpu.next = one.target;
        return move(null, one.target <= number);
      case "assume":
        return value(one.condition) !== 0 ? move(null, false) : [{ ...move()[0]!, to: null }];
      case "section_begin":
        cpu.nesting++;
        return move(null, this.hasGrace);
      case "section_end":
        if (cpu.nesting > 0 && --cpu.nesting === 0) this.left(to, n);
        return move(null, this.hasGrace);
      case "synchronize":
        return this.synchronize(to, n) ? move() : [];
    }
  }

  private left(machine: Machine, n: number): void {
    const drained = machine.cpus[n]!.buffer.length === 0;
    if (!drained) machine.cpus[n]!.lingers = true;
    for (const { owed } of machine.cpus) {
      if (owed?.[n] !== "leave") continue;
      if (drained) delete owed[n];
      else owed[n] = "drain";
    }
  }

  /** Begins, with a second step if somebody owes something, or ends. */
  private synchronize(machine: Machine, n: number): boolean {
    const caller = machine.cpus[n]!;
    if (caller.owed) {
      if (Object.keys(caller.owed).length > 0) return false;
      caller.owed = null;
      return true;
    }
    if (caller.buffer.length > 0) return false;
    const owed: CpuState["owed"] = {};
    machine.cpus.forEach((cpu, other) => {
      if (other === n) return;
      if (cpu.nesting > 0) owed[other] = "leave";
      else if (cpu.lingers) owed[other] = "drain";
    });
    if (Object.keys(owed).length === 0) return true;
    caller.owed = owed;
    caller.next--;
    return true;
  }

  /** What a buffer holds: all stores of a CPU that does not loop, those of two turns of one that does, never more than 32. */
  private room(n: number): number {
    const { instructions } = this.program.cpus[n]!;
    const stores = instructions.filter(({ op }) => op === "store" || op === "unlock").length;
    const loops = instructions.some((one, at) => "target" in one && one.target <= at);
    return this.tso ? Math.min(32, loops ? 2 * stores : stores) : Infinity;
  }

  /** Does what a witness says, and what CPUs do alone between its steps; the machine after each, and how many steps counted. */
  follow(steps: WitnessStep[]): { machines: Machine[]; counted: number } {
    let counted = 0;
    let machine = this.start();
    const take = (move: Move) => {
      if (move.counts) counted++;
      machine = move.to!;
    };
    const machines = steps.map((step) => {
      while (step.kind === "execute" && machine.cpus[step.cpu]!.next !== step.instruction) {
        take(this.alone(machine, step.cpu)!);
      }
      const move = this.moves(machine).find((one) => one.cpu === step.cpu && one.kind === step.kind)!;
      if (move.value !== step.value || move.instruction !== step.instruction) throw new Error("another step");
      take(move);
      return machine;
    });
    return { machines, counted };
  }

  /** Lets every CPU do what it does alone, and says how many of that counted; null where one does so for ever. */
  settle(machine: Machine): { machine: Machine; counted: number } | null {
    let [counted, patience] = [0, 200];
    for (let cpu = 0; cpu < machine.cpus.length; cpu++) {
      for (let move = this.alone(machine, cpu); move; move = this.alone(machine, cpu)) {
        if (patience-- === 0) return null;
        if (move.counts) counted++;
        machine = move.to!;
      }
    }
    return { machine, counted };
  }

  /** What the CPU does next if it concerns nobody else; witnesses do not tell of it. */
  private alone(machine: Machine, cpu: number): Move | undefined {
    const one = this.instruction(cpu, machine.cpus[cpu]!.next);
    const silent = ["set", "branch", "jump", "assume", ...(this.hasGrace ? [] : ["section_begin", "section_end"])];
    return one && silent.includes(one.op) ? this.execute(machine, cpu)[0] : undefined;
  }

  /** Is there a fair cycle of machines in which the program's condition holds? By everything reachable from everything. */
  hasCycle(): boolean {
    const edges = this.graph();
    const holds = (machine: Machine) => evaluate(this.program.cycle!, [], machine.memory) !== 0;
    const inside = new Map([...edges].filter(([, { machine }]) => holds(machine)));
    const reached = new Map([...inside.keys()].map((key) => [key, reachable(inside, key)]));
    return [...inside.keys()].some((key) => {
      const part = [...reached.get(key)!].filter((other) => reached.get(other)!.has(key));
      return (
        part.length > 0 &&
        this.isFair(
          part.map((one) => inside.get(one)!),
          new Set(part),
        )
      );
    });
  }

  private isFair(states: GraphState[], part: Set<string>): boolean {
    return this.program.cpus.every((_, cpu) =>
      (["execute", "flush"] as const).every((kind) =>
        states.some(({ edges }) => {
          const mine = edges.filter((edge) => edge.cpu === cpu && edge.kind === kind);
          return mine.length === 0 || mine.some(({ key }) => part.has(key));
        }),
      ),
    );
  }

  private graph(): Map<string, GraphState> {
    const all = new Map<string, GraphState>();
    for (const todo = [this.start()]; todo.length > 0; ) {
      const machine = todo.pop()!;
      const key = JSON.stringify(machine);
      if (all.has(key)) continue;
      const moves = this.moves(machine);
      if (moves.some(({ to }) => to === null)) continue;
      all.set(key, { machine, edges: moves.map(({ cpu, kind, to }) => ({ cpu, kind, key: JSON.stringify(to) })) });
      todo.push(...moves.map(({ to }) => to!));
    }
    return all;
  }
}

interface GraphState {
  machine: Machine;
  edges: { cpu: number; kind: string; key: string }[];
}

/** By one edge or more. */
function reachable(states: Map<string, GraphState>, from: string): Set<string> {
  const reached = new Set<string>();
  for (const todo = [from]; todo.length > 0; ) {
    for (const { key } of states.get(todo.pop()!)!.edges) {
      if (!states.has(key) || reached.has(key)) continue;
      reached.add(key);
      todo.push(key);
    }
  }
  return reached;
}

function fresh(seen: Set<string>, machine: Machine): boolean {
  const key = JSON.stringify(machine);
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function copy({ memory, cpus }: Machine): Machine {
  return {
    memory: [...memory],
    cpus: cpus.map((cpu) => ({
      ...cpu,
      registers: [...cpu.registers],
      buffer: cpu.buffer.map((entry) => ({ ...entry })),
      owed: cpu.owed && { ...cpu.owed },
    })),
  };
}

function compare(a: number[], b: number[]): number {
  const n = a.findIndex((value, at) => value !== b[at]);
  return n < 0 ? 0 : a[n]! - b[n]!;
}

export function evaluate(expression: Expression, registers: number[], memory: number[]): number {
  const value = (operand: Expression) => evaluate(operand, registers, memory);
  switch (expression.kind) {
    case "constant":
      return expression.value | 0;
    case "register":
      return registers[expression.register]!;
    case "location":
      return memory[expression.location]!;
    case "unary": {
      const a = value(expression.operand);
      return { "-": -a | 0, "~": ~a, "!": Number(a === 0) }[expression.operator];
    }
    case "binary": {
      const [a, b] = [value(expression.left), value(expression.right)];
      return {
        "+": (a + b) | 0,
        "-": (a - b) | 0,
        "*": Math.imul(a, b),
        "&": a & b,
        "|": a | b,
        "^": a ^ b,
        "<<": a << b,
        ">>": a >> b,
        "==": Number(a === b),
        "!=": Number(a !== b),
        "<": Number(a < b),
        "<=": Number(a <= b),
        ">": Number(a > b),
        ">=": Number(a >= b),
        "&&": Number(a !== 0 && b !== 0),
        "||": Number(a !== 0 || b !== 0),
      }[expression.operator];
    }
  }
}

function afterwards(operation: (Instruction & { op: "rmw" })["operation"], old: number, operand: number): number {
  return {
    xchg: operand,
    cmpxchg: operand,
    add: (old + operand) | 0,
    add_unless: (old + operand) | 0,
    sub: (old - operand) | 0,
    and: old & operand,
    or: old | operand,
    xor: old ^ operand,
    andnot: old & ~operand,
  }[operation];
}
