// Which single barrier, or stronger order of an access, makes the outcome in question impossible.

import { isTelling, type Litmus } from "./condition.js";
import { explore } from "./explorer.js";
import { type FENCES, INSTRUCTIONS_MAX, type Instruction, type MemoryModel, type Program } from "./program.js";

/** A change of one CPU's code. */
interface Change {
  cpu: number;
  at: number; // number of the instruction
  /** The fence before it, or the order that it gets. */
  strength: Strength;
  instructions: Instruction[];
}

type Fence = (typeof FENCES)[number];
type Strength = { fence: Fence } | { order: "acquire" | "release" | "full" };

const ACCESSES: Instruction["op"][] = ["load", "store", "rmw", "lock", "trylock", "is_locked", "unlock", "wait"];
const ADDED: Fence[] = ["rmb", "wmb", "mb"]; // weakest first

/**
 * The changes, each alone sufficient, CPU by CPU in the order of their places, as sentences. At a place the stronger ones are left out where a
 * weaker one does. None for a test that cannot have the outcome, or whose handlers make several programs of it.
 * @throws MemoryBoundError or ExecutionBoundError, as exploring the test itself
 */
export function fixes(module: WebAssembly.Module, litmus: Litmus, model: MemoryModel): string[] {
  const [program, ...others] = litmus.programs;
  if (program === undefined || others.length > 0 || !canHappen(module, litmus, program, model)) return [];
  const found: Change[] = [];
  for (const change of changesOf(program)) {
    if (found.some((weaker) => covers(weaker, change))) continue;
    const cpus = program.cpus.map((cpu, i) => (i === change.cpu ? { ...cpu, instructions: change.instructions } : cpu));
    if (!canHappen(module, litmus, { ...program, cpus }, model)) found.push(change);
  }
  return found.map((change) => describe(program, change));
}

function canHappen(module: WebAssembly.Module, litmus: Litmus, program: Program, model: MemoryModel): boolean {
  const { finals, cycles } = explore(module, program, model);
  return litmus.quantifier === "cycle" ? cycles : finals.some((final) => isTelling(litmus, final));
}

/** Places in order, at each the weakest change first. */
function changesOf({ cpus }: Program): Change[] {
  return cpus.flatMap(({ instructions }, cpu) => {
    const first = instructions.findIndex(isAccess);
    return instructions.flatMap((one, at): Change[] => {
      if (!isAccess(one)) return [];
      const fences = at === first || instructions.length === INSTRUCTIONS_MAX ? [] : ADDED;
      return [
        ...ordersOf(one).map((order) => ({
          cpu,
          at,
          strength: { order },
          instructions: instructions.with(at, { ...one, order } as Instruction),
        })),
        ...fences.map((fence) => ({ cpu, at, strength: { fence }, instructions: withFence(instructions, at, fence) })),
      ];
    });
  });
}

function isAccess({ op }: Instruction): boolean {
  return ACCESSES.includes(op);
}

function ordersOf(one: Instruction): ("acquire" | "release" | "full")[] {
  if (one.op === "load" && one.order === "once") return ["acquire"];
  if (one.op === "store" && one.order === "once") return ["release"];
  if (one.op !== "rmw" || one.order === "full") return [];
  return one.order === "relaxed" ? ["acquire", "release", "full"] : ["full"];
}

/** Whoever jumps to the place passes the fence, too. */
function withFence(instructions: Instruction[], at: number, fence: Fence): Instruction[] {
  const moved = instructions.map((one) =>
    "target" in one && one.target > at ? { ...one, target: one.target + 1 } : one,
  );
  return moved.toSpliced(at, 0, { op: "fence", fence, source: instructions[at]!.source });
}

/** Does a weaker change at the same place make this one needless? Of a read-modify-write full is the stronger of both halves. */
function covers(weaker: Change, { cpu, at, strength }: Change): boolean {
  if (weaker.cpu !== cpu || weaker.at !== at) return false;
  if ("fence" in strength) return "fence" in weaker.strength && strength.fence === "mb";
  return "order" in weaker.strength && strength.order === "full";
}

function describe({ cpus }: Program, { cpu, at, strength }: Change): string {
  const { name, instructions } = cpus[cpu]!;
  const { text, line } = instructions[at]!.source;
  if ("fence" in strength) return `${name}: smp_${strength.fence}() before ${text}, line ${line}`;
  const order = strength.order === "full" ? "fully ordered" : strength.order;
  return `${name}: ${text}, line ${line}, as ${order}`;
}
