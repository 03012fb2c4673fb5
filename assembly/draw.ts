// A draw is a pure function of (seed, replica, entity, purpose, n): a counter-based generator, no running state.
// Generator: Squares, 5 rounds, 64 bits out (B. Widynski, "Squares: A Fast Counter-Based RNG", 2020). The key comes from
// seed and replica, the counter from the address of the draw.

/** What a draw is for (docs/rules.md, 1). */
export const START: u32 = 0;
export const DURATION: u32 = 1;
export const NEXT: u32 = 2;
export const AFFECTED: u32 = 3;
export const LOOK: u32 = 4;
export const SPLIT: u32 = 6;

/** Entities: a task is its own number. */
export const ENTITY_CPU: u32 = 65536;
export const ENTITY_HOST: u32 = 131071;
export const ENTITY_PROCESS: u32 = 131072;
export const ENTITY_CLASS: u32 = 262144;

const ENTITY_BITS: u64 = 20;
const PURPOSE_BITS: u64 = 4;
/** Behind all columns (memory.ts), in the branching module only: what sets the keys of tasks and CPUs, by entity, apart from the replica's. */
export const KEYS: usize = 343 << 16;

/** Is this the module whose replicas can branch (docs/rules.md, 13)? */
export const BRANCHING: bool = isDefined(KLPSIM_BRANCHING);

let key: u64 = 1;
// Where replicas branch, `key` is that of the draw being made; these are the replica's and the last branch's.
let replicaKey: u64 = 1;
let branchKey: u64 = 1;

/** A bijection of 64 bits whose every output bit depends on every input bit (Stafford's variant 13). */
function mix(value: u64): u64 {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/** Selects the replica whose draws follow. */
export function selectReplica(seed: u64, replica: u64): void {
  key = mix(mix(seed) + replica * 0x9e3779b97f4a7c15) | 1;
}

// Branches: tasks and CPUs, by entity, and what sets their keys apart from the replica's.

/** The key under which branch `number` draws. */
export function beginBranch(number: u32): void {
  branchKey = mix(branchKey + number) | 1;
}

/** From now on the task or CPU draws under the last branch's key. */
export function rekey(entity: u32): void {
  store<u64>(KEYS + ((<usize>entity) << 3), replicaKey ^ branchKey);
}

/** One task has the key of another. */
export function copyKey(entity: u32, from: u32): void {
  store<u64>(KEYS + ((<usize>entity) << 3), load<u64>(KEYS + ((<usize>from) << 3)));
}

/** A replica has been selected: all draw under its key. */
export function resetKeys(tasks: u32, cpus: u32): void {
  replicaKey = branchKey = key;
  memory.fill(KEYS, 0, (<usize>tasks) << 3);
  memory.fill(KEYS + ((<usize>ENTITY_CPU) << 3), 0, (<usize>cpus) << 3);
}

function keyFor(entity: u32, purpose: u32): u64 {
  const mayBranch = entity < ENTITY_CPU ? purpose != START : purpose == LOOK;
  return mayBranch ? replicaKey ^ load<u64>(KEYS + ((<usize>entity) << 3)) : replicaKey;
}

function squares64(counter: u64): u64 {
  let x = counter * key;
  const y = x;
  const z = y + key;
  x = rotl<u64>(x * x + y, 32);
  x = rotl<u64>(x * x + z, 32);
  x = rotl<u64>(x * x + y, 32);
  x = x * x + z;
  const t = x;
  x = rotl<u64>(x, 32);
  return t ^ ((x * x + y) >> 32);
}

/** Uniform in (0, 1), never an end point, in steps of 2^-52. */
export function uniform(entity: u32, purpose: u32, n: u32): f64 {
  const counter = (<u64>entity) | ((<u64>purpose) << ENTITY_BITS) | ((<u64>n) << (ENTITY_BITS + PURPOSE_BITS));
  if (BRANCHING) key = keyFor(entity, purpose);
  return (<f64>(squares64(counter) >> 12) + 0.5) * 2.220446049250313e-16;
}
