// A test's functions, handlers and clauses together: the programs that the explorers take.

import { Code, constant } from "./code.js";
import type { Litmus } from "./condition.js";
import { fail, type Place } from "./errors.js";
import { type Clauses, resolveClauses } from "./final-clause.js";
import { arrival, combinations, interrupted } from "./handlers.js";
import { checkLimits } from "./limits.js";
import { addressOf, Locations } from "./locations.js";
import type { Cpu, Expression, Instruction, Program } from "./program.js";
import type { Frame } from "./scope.js";
import type { FragmentText } from "./syntax.js";
import type { FunctionText, Initial, Kind, TestText } from "./test-text.js";
import { Translator } from "./translate.js";
import type { Surroundings } from "./translate-value.js";

/** A CPU's code, and that of its handlers. */
interface CpuParts {
  code: Code;
  alternatives: Instruction[][];
  /** Hidden, of a CPU with an interrupt handler: where the interrupt waits, and whether interrupts are off. */
  interrupt: { pending: number; off: number } | null;
}

export class TestTranslation {
  private readonly name: string;
  private readonly text: TestText;
  private readonly locations = new Locations();
  private readonly initialised = new Map<string, Expression>();
  private readonly sent = new Set<number>();
  private loopAt: Place | null = null;
  private readonly around: Surroundings;

  constructor(name: string, text: TestText, fragments: ReadonlyMap<string, FragmentText>) {
    this.name = name;
    this.text = text;
    this.around = {
      locations: this.locations,
      initialised: this.initialised,
      fragments,
      pending: (cpu, place) => this.pending(cpu, place),
      loop: (place) => {
        this.loopAt ??= place;
        if (this.handlers().length > 0) fail(place, "a test with handlers has no loops");
      },
    };
  }

  litmus(): Omit<Litmus, "expected"> {
    this.initialise();
    const processes = this.processes();
    const cpus = processes.map((process) => this.cpu(process));
    this.checkSent();
    const clauses = resolveClauses(this.text, this.locations, cpus);
    const choices = combinations(
      cpus.map(({ alternatives }) => alternatives),
      processes[0]!,
    );
    const programs = choices.map((chosen) => this.program(cpus, chosen, clauses));
    for (const program of programs) checkLimits(program, processes);
    const { names, condition, filter } = clauses;
    const unsupported = this.unsupported();
    return { name: this.name, programs, names, quantifier: this.text.quantifier, condition, filter, unsupported };
  }

  private program(cpus: CpuParts[], chosen: Instruction[][], { observed, cycle }: Clauses): Program {
    const toCpu = ({ code }: CpuParts, i: number): Cpu => ({
      name: `P${i}`,
      registers: code.registers,
      instructions: chosen[i]!,
    });
    return { name: this.name, locations: this.locations.list, cpus: cpus.map(toCpu), observed, cycle };
  }

  /** Locations in the order in which the test names them, then their values, of which some are addresses. */
  private initialise(): void {
    const given = this.text.initial.filter(({ cpu }) => cpu === null);
    for (const one of given) {
      if (this.initialised.has(one.name)) fail(one, `${one.name} has an initial value already`);
      this.initialised.set(one.name, addressOf(this.locations.add(one.name, one)));
    }
    for (const { parameters } of this.text.functions)
      for (const parameter of parameters) this.locations.add(parameter.text, parameter);
    for (const one of given) {
      const value = this.initialValue(one);
      this.locations.list[this.locations.find(one.name)!]!.initial = value;
    }
  }

  private initialValue(one: Initial): number {
    if (typeof one.value === "number") return one.value;
    const address = addressOf(this.locations.add(one.value, one));
    return (address as Extract<Expression, { kind: "constant" }>).value;
  }

  private processes(): FunctionText[] {
    const processes = this.text.functions.filter(({ kind }) => kind === "process");
    processes.forEach((one, i) => {
      if (one.cpu !== i) fail(one, `expected P${i}, got P${one.cpu}`);
    });
    for (const handler of this.handlers()) {
      if (handler.cpu >= processes.length) fail(handler, `there is no P${handler.cpu} to interrupt`);
      if (this.handler(handler.kind, handler.cpu) !== handler)
        fail(handler, `P${handler.cpu} has a handler of this kind already`);
    }
    for (const one of this.text.initial)
      if (one.cpu !== null && one.cpu >= processes.length) fail(one, `there is no P${one.cpu}`);
    return processes;
  }

  private handlers(): FunctionText[] {
    return this.text.functions.filter(({ kind }) => kind !== "process");
  }

  private handler(kind: Kind, cpu: number): FunctionText | undefined {
    return this.text.functions.find((one) => one.kind === kind && one.cpu === cpu);
  }

  private cpu(process: FunctionText): CpuParts {
    const code = new Code(`P${process.cpu}`);
    const irq = this.handler("irq", process.cpu);
    const nmi = this.handler("nmi", process.cpu);
    const interrupt = irq ? { pending: this.locations.hidden(`irq${irq.cpu}`, irq), off: code.register(".off") } : null;
    this.translate(process, code, interrupt?.off ?? null);
    let alternatives = [code.instructions];
    if (irq && interrupt)
      alternatives = interrupted(alternatives, this.interrupt(irq, code, interrupt), interrupt.off, irq);
    if (nmi) {
      const instructions = code.aside(() => this.translate(nmi, code, null));
      alternatives = interrupted(alternatives, instructions, null, nmi);
    }
    return { code, alternatives, interrupt };
  }

  private interrupt(irq: FunctionText, code: Code, { pending, off }: { pending: number; off: number }): Instruction[] {
    return code.aside(() => {
      code.source = { ...irq, text: `irq P${irq.cpu}` };
      for (const one of arrival(pending, off, code.temporary())) code.emit(one);
      this.translate(irq, code, off);
    });
  }

  private translate(text: FunctionText, code: Code, off: number | null): void {
    const prefix = text.kind === "process" ? "" : `${text.kind}${text.cpu}:`;
    const given = text.kind === "process" ? this.initialRegisters(text, code) : new Map<string, number>();
    const parameters = new Map(text.parameters.map((one) => [one.text, addressOf(this.locations.find(one.text)!)]));
    const frame: Frame = {
      file: text.file,
      parameters,
      outside: parameters.size === 0 ? [this.initialised] : [],
      allocate: (name) => code.register(prefix + name),
      clears: false,
      calls: [],
      calledAt: null,
      off,
      handler: text.kind !== "process",
    };
    new Translator(this.around, code, frame, given).run(text.body);
  }

  /** Those that the init block sets need no declaration. */
  private initialRegisters({ cpu }: FunctionText, code: Code): Map<string, number> {
    const variables = new Map<string, number>();
    for (const one of this.text.initial.filter((some) => some.cpu === cpu)) {
      if (variables.has(one.name)) fail(one, `${cpu}:${one.name} has an initial value already`);
      code.source = { ...one, text: `${cpu}:${one.name}=${one.value}` };
      const to = code.register(one.name);
      variables.set(one.name, to);
      code.emit({ op: "set", register: to, value: constant(this.initialValue(one)) });
    }
    return variables;
  }

  private pending(cpu: number, place: Place): number {
    const irq = this.handler("irq", cpu) ?? fail(place, `P${cpu} has no handler: expected irq P${cpu}() { ... }`);
    if (this.sent.has(cpu)) fail(place, `expected one ipi(${cpu}) in the test: its handler runs once`);
    this.sent.add(cpu);
    return this.locations.hidden(`irq${cpu}`, irq);
  }

  /** A variant's fragments may well send nothing; a test without them would only look as if it had a handler. */
  private checkSent(): void {
    for (const { kind, cpu, ...place } of this.handlers())
      if (kind === "irq" && !this.sent.has(cpu) && this.around.fragments.size === 0)
        fail(place, `no ipi(${cpu}) ever runs this handler`);
  }

  private unsupported(): Litmus["unsupported"] {
    const unsupported: Litmus["unsupported"] = [];
    const add = (what: string, place: Place) =>
      unsupported.push({
        models: ["lkmm"],
        reason: `${what}: expected sc or tso, lkmm asks about executions that end`,
        place,
      });
    if (this.loopAt) add("loop", this.loopAt);
    if (this.text.quantifier === "cycle") add("cycle", this.text.place);
    return unsupported;
  }
}
