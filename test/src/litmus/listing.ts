// A program as one reads it: a line an instruction, registers and locations by name.

import {
  ADDRESS_BASE,
  type Cpu,
  type Expression,
  type Instruction,
  type Program,
} from "../../../src/litmus/program.js";

/** A line for each instruction of each CPU, in order, without the CPU's name where there is only one. */
export function listing(program: Program): string[] {
  const prefix = (i: number) => (program.cpus.length > 1 ? `P${i} ` : "");
  return program.cpus.flatMap((cpu, i) => cpu.instructions.map((one) => prefix(i) + line(one, cpu, program)));
}

function line(one: Instruction, cpu: Cpu, program: Program): string {
  const show = (value: Expression): string => expression(value, cpu, program);
  const to = (register: number | null) => (register === null ? "" : `${cpu.registers[register]} = `);
  switch (one.op) {
    case "load":
      return `${to(one.register)}load ${one.order} ${show(one.address)}`;
    case "store":
      return `store ${one.order} ${show(one.address)}, ${show(one.value)}`;
    case "rmw": {
      const expected = one.expected ? `${show(one.expected)}, ` : "";
      return `${to(one.register)}${one.operation} ${one.order} ${show(one.address)}, ${expected}${show(one.operand)}`;
    }
    case "fence":
      return one.fence;
    case "set":
      return `${to(one.register)}${show(one.value)}`;
    case "branch":
      return `unless ${show(one.condition)} goto ${one.target}`;
    case "jump":
      return `goto ${one.target}`;
    case "wait":
      return `${to(one.register)}wait ${show(one.address)} until ${show(one.condition)}`;
    case "assume":
      return `assume ${show(one.condition)}`;
    case "trylock":
    case "is_locked":
      return `${to(one.register)}${one.op} ${show(one.address)}`;
    case "lock":
    case "unlock":
      return `${one.op} ${show(one.address)}`;
    default:
      return one.op;
  }
}

function expression(value: Expression, cpu: Cpu, program: Program): string {
  const show = (part: Expression) => expression(part, cpu, program);
  const name = (location: number) => program.locations[location]?.name;
  switch (value.kind) {
    case "constant":
      return (value.value >= ADDRESS_BASE && `&${name(value.value - ADDRESS_BASE)}`) || String(value.value);
    case "register":
      return cpu.registers[value.register]!;
    case "location":
      return name(value.location)!;
    case "unary":
      return `${value.operator}${show(value.operand)}`;
    case "binary":
      return `(${show(value.left)} ${value.operator} ${show(value.right)})`;
  }
}
