// A livepatch module: which functions it replaces, and of which object. Each way to build one keeps them in a table of its
// own, whose pointers are relocations: docs/patch.md says which, and where that is written.

import { Elf, type ElfError, hex, type Section, type Target } from "./elf.js";

/** The kernel itself, among objects. */
const VMLINUX = "vmlinux";
const POINTER_SIZE = 8;
/** Section index of livepatch symbols (Documentation/livepatch/module-elf-format.rst, 4.2). */
const SHN_LIVEPATCH = 0xff20;
const NAMED_MAX = 65_536;
/** Of a function or module, as kernels have them. */
const WORD = /^[A-Za-z0-9_][A-Za-z0-9_.$-]*$/;

export interface KernelFunction {
  name: string;
  /** vmlinux, or the module that it is in. */
  object: string;
}

/** How the module was built, by what its table is called. */
export type PatchTable = "klp_patch" | "kpatch" | "klp-build";

export interface LivepatchModule {
  machine: string;
  /** .modinfo has livepatch=Y: only then does the kernel take it as one. */
  declared: boolean;
  /** Each once, in the table's order. */
  replaced: KernelFunction[];
  table: PatchTable;
  /** What the new functions refer to beyond exported symbols: `.klp.sym.OBJECT.NAME,POSITION`. Not what is replaced. */
  symbols: (KernelFunction & { position: number })[];
  /** Sections of the new code that livepatch itself relocates: `.klp.rela.OBJECT.SECTION`. */
  relocated: { object: string; section: string }[];
}

/** `file`: as messages call it. @throws ElfError where the bytes are no module, or no functions are found in it that it replaces */
export function readLivepatch(bytes: Uint8Array, file: string): LivepatchModule {
  const elf = new Elf(bytes, file);
  const declared = modinfo(elf).some((line) => line.startsWith("livepatch="));
  const relocated = relocatedSections(elf);
  for (const [table, read] of READERS) {
    const replaced = distinct(read(elf));
    if (replaced.length > 0)
      return { machine: elf.machine, declared, replaced, table, symbols: livepatchSymbols(elf), relocated };
  }
  throw nothingFound(elf, declared, relocated);
}

const READERS: [PatchTable, (elf: Elf) => KernelFunction[]][] = [
  ["kpatch", kpatchFunctions],
  ["klp-build", builtFunctions],
  ["klp_patch", patchFunctions],
];

function distinct(functions: KernelFunction[]): KernelFunction[] {
  return [...new Map(functions.map((one) => [`${one.object} ${one.name}`, one])).values()];
}

function nothingFound(elf: Elf, declared: boolean, relocated: LivepatchModule["relocated"]): ElfError {
  if (!declared) return elf.error("no livepatch module: its .modinfo has no livepatch=Y");
  const sections = relocated.map(({ object, section }) => `${section} of ${object}`);
  const told = sections.length === 0 ? "" : ` with new code in ${sections.slice(0, 8).join(", ")}`;
  return elf.error(
    `a livepatch module${told}, but which functions it replaces is in none of the tables that are known: struct klp_patch, .kpatch.funcs, .init.klp_funcs`,
  );
}

/** `key=value` each. */
function modinfo(elf: Elf): string[] {
  const section = elf.section(".modinfo");
  return section === undefined ? [] : new TextDecoder("latin1").decode(elf.content(section)).split("\0");
}

/** kpatch-build's entries of seven words: new address, new size, old address, old size, position, name, object. */
function kpatchFunctions(elf: Elf): KernelFunction[] {
  const section = elf.section(".kpatch.funcs");
  if (section === undefined) return [];
  return codePointers(elf, section).map((at) => ({
    name: nameOf(elf, section, at + 5 * POINTER_SIZE),
    object: nameOf(elf, section, at + 6 * POINTER_SIZE),
  }));
}

/**
 * What objtool leaves for klp-build: functions that begin with name and new function, objects with name and functions. An
 * object's functions are those from where it points to on, up to where the next one points to.
 */
function builtFunctions(elf: Elf): KernelFunction[] {
  const functions = elf.section(".init.klp_funcs") ?? elf.section("__klp_funcs");
  const objects = elf.section(".init.klp_objects") ?? elf.section("__klp_objects");
  if (functions === undefined || objects === undefined) return [];
  const owners = [...elf.pointers(objects)]
    .filter(([, { section }]) => section === functions)
    .map(([at, { offset }]) => ({ offset, object: objectName(elf, objects, at - POINTER_SIZE) }))
    .sort((a, b) => a.offset - b.offset);
  let next = 0;
  return codePointers(elf, functions).map((code) => {
    const at = code - POINTER_SIZE;
    while (next < owners.length && owners[next]!.offset <= at) next++;
    const owner = owners[next - 1];
    if (owner === undefined) throw elf.error(`${functions.name}: no object has the function at ${hex(at)}`);
    return { name: nameOf(elf, functions, at), object: owner.object };
  });
}

/** Where a section points to code: at new functions. */
function codePointers(elf: Elf, section: Section): number[] {
  const pointers = [...elf.pointers(section)].filter(([, to]) => to.section !== undefined && elf.isCode(to.section));
  if (pointers.length > NAMED_MAX)
    throw elf.error(`${section.name}: ${pointers.length} functions, expected at most ${NAMED_MAX}`);
  return pointers.map(([at]) => at);
}

/** The name that the pointer there points to. */
function nameOf(elf: Elf, section: Section, at: number): string {
  const target = elf.pointers(section).get(at);
  const what = `${section.name}, the name at ${hex(at)}`;
  if (target === undefined) throw elf.error(`${what}: no relocation fills it`);
  const text = elf.textAt(target.section, target.offset, what);
  if (!WORD.test(text)) throw elf.error(`${what}: expected the name of a function or module, got ${text}`);
  return text;
}

/** An object without a name is the kernel. */
function objectName(elf: Elf, section: Section, at: number): string {
  return elf.pointers(section).has(at) ? nameOf(elf, section, at) : VMLINUX;
}

/**
 * Static tables, as in samples/livepatch: struct klp_patch begins with THIS_MODULE and its objects, struct klp_object with
 * name and functions, struct klp_func with old name and new function. How long each is depends on kernel and configuration, so
 * entries are told by what their pointers point to.
 */
function patchFunctions(elf: Elf): KernelFunction[] {
  const tables = new StaticTables(elf);
  const objects = tables.patches().flatMap((objects) => tables.objects(objects));
  return objects.flatMap(({ object, functions }) => tables.functions(functions).map((name) => ({ name, object })));
}

/** Where something begins. */
interface Place {
  section: Section;
  offset: number;
}

const STEPS_MAX = 2 ** 22;
const STEPS_OF_NAME = 64; // to go over a pointer is one

class StaticTables {
  private readonly elf: Elf;
  private steps = 0;

  constructor(elf: Elf) {
    this.elf = elf;
  }

  /** Where each patch's objects begin. */
  patches(): Place[] {
    return this.elf.sections
      .filter((section) => this.elf.isData(section))
      .flatMap((section) => {
        const pointers = this.elf.pointers(section);
        return [...pointers].flatMap(([at, { symbol }]) => {
          const objects = this.dataAt(pointers.get(at + POINTER_SIZE));
          return objects !== undefined && this.elf.isNamed(symbol, "__this_module") ? [objects] : [];
        });
      });
  }

  /** Objects with functions; others have callbacks alone. */
  objects(table: Place): { object: string; functions: Place }[] {
    const pointers = this.elf.pointers(table.section);
    return this.pointersOf(table).flatMap(([at, target]) => {
      const functions = this.dataAt(target);
      if (functions === undefined || this.functionAt(functions) === undefined) return [];
      const named = pointers.get(at - POINTER_SIZE);
      const object = named === undefined ? VMLINUX : this.wordAt(named);
      return object === undefined ? [] : [{ object, functions }];
    });
  }

  /** Old names of the functions of a table. */
  functions(table: Place): string[] {
    return this.pointersOf(table).flatMap(([offset]) => this.functionAt({ section: table.section, offset }) ?? []);
  }

  /** Those of a table: it is a data object with a symbol, or else as long as its section. */
  private pointersOf({ section, offset }: Place): [number, Target][] {
    const pointers = this.elf.pointers(section);
    this.spend(pointers.size);
    const end = offset + (this.elf.objectSize(section, offset) ?? section.size);
    return [...pointers].filter(([at]) => offset <= at && at < end);
  }

  /** Old name of the struct klp_func there, if it is one. */
  private functionAt({ section, offset }: Place): string | undefined {
    const pointers = this.elf.pointers(section);
    const [name, code] = [pointers.get(offset), pointers.get(offset + POINTER_SIZE)];
    if (name === undefined || code?.section === undefined || !this.elf.isCode(code.section)) return undefined;
    return this.wordAt(name);
  }

  private wordAt(target: Target): string | undefined {
    this.spend(STEPS_OF_NAME);
    const place = this.dataAt(target);
    const text = place && this.elf.findText(place.section, place.offset);
    return text !== undefined && WORD.test(text) ? text : undefined;
  }

  /** Tables of a file that is made to harm may overlap, and be gone through for ever. */
  private spend(steps: number): void {
    this.steps += steps;
    if (this.steps > STEPS_MAX)
      throw this.elf.error(`tables of functions that take more than ${STEPS_MAX} steps to read`);
  }

  private dataAt(target: Target | undefined): Place | undefined {
    if (target?.section === undefined || !this.elf.isData(target.section)) return undefined;
    return { section: target.section, offset: target.offset };
  }
}

function livepatchSymbols(elf: Elf): LivepatchModule["symbols"] {
  const symbols: LivepatchModule["symbols"] = [];
  for (const symbol of elf.symbols()) {
    if (symbol.sectionIndex !== SHN_LIVEPATCH) continue;
    const text = elf.nameOf(symbol);
    const [, object, name, position] = /^\.klp\.sym\.([^.]+)\.([^,]+),(\d{1,9})$/.exec(text) ?? [];
    if (object === undefined || name === undefined)
      throw elf.error(`livepatch symbol ${text}: expected .klp.sym.OBJECT.NAME,POSITION`);
    if (symbols.push({ name, object, position: Number(position) }) > NAMED_MAX)
      throw elf.error(`more than ${NAMED_MAX} livepatch symbols`);
  }
  return symbols;
}

function relocatedSections(elf: Elf): LivepatchModule["relocated"] {
  return elf.sections.flatMap(({ name }) => {
    const [, object, section] = /^\.klp\.rela\.([^.]+)\.{1,2}([^.].*)$/.exec(name) ?? [];
    return object === undefined ? [] : [{ object, section: `.${section}` }];
  });
}
