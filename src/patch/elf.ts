// A relocatable ELF64 file, as kernel modules are: sections, symbols and relocations, of either byte order. Whatever the
// bytes are, it is read in time linear in their number or refused with an ElfError. Sources: System V ABI, Object Files; ELF-64
// Object File Format 1.5; each processor's psABI for the number of its 64-bit absolute relocation.

const HEADER_SIZE = 64;
const SECTION_SIZE = 64;
const SYMBOL_SIZE = 24;
const RELOCATION_SIZE = 24;
const CLASS_64 = 2;
const TYPE_RELOCATABLE = 1;
/** From here on section indices are reserved; files that have as many keep them elsewhere. */
const SECTIONS_MAX = 0xff00;
/** Far more than modules have: what is kept of a file that is made to harm stays small. */
const SYMBOLS_MAX = 2 ** 20;
const POINTERS_MAX = 2 ** 19;
const TEXT_MAX = 1024; // a kernel symbol's name has at most 511 (KSYM_NAME_LEN), a section's adds two prefixes

/** Section types. */
const PROGBITS = 1;
const SYMTAB = 2;
const RELA = 4;
const NOBITS = 8;
/** Section flags. */
const ALLOC = 2n;
const EXECINSTR = 4n;
/** Symbol type. */
const OBJECT = 1;

/** Machines with livepatches, and their relocation that fills a pointer. */
const POINTERS: Record<number, { machine: string; relocation: number }> = {
  21: { machine: "ppc64", relocation: 38 },
  22: { machine: "s390x", relocation: 22 },
  62: { machine: "x86-64", relocation: 1 },
  183: { machine: "aarch64", relocation: 257 },
  243: { machine: "riscv64", relocation: 2 },
  258: { machine: "loongarch64", relocation: 2 },
};

function machines(): string {
  return Object.entries(POINTERS)
    .map(([number, { machine }]) => `${number} (${machine})`)
    .join(", ");
}

/** What is wrong with a file: which, where in it, what was expected. */
export class ElfError extends Error {
  override name = "ElfError";
}

export interface Section {
  index: number;
  name: string;
  type: number;
  flags: bigint;
  /** In the file, in bytes. */
  offset: number;
  size: number;
  link: number;
  info: number;
}

export interface ElfSymbol {
  /** Where its name stands in the table of names. */
  nameAt: number;
  type: number;
  /** Of a section, or one of the reserved numbers. */
  sectionIndex: number;
  value: number;
  size: number;
}

/** What a pointer is filled with: a place in a section, or a symbol of another file. */
export interface Target {
  symbol: ElfSymbol;
  /** undefined: not in this file. */
  section: Section | undefined;
  offset: number;
}

/** Pointers of a section, by their offsets in it. */
export type Pointers = ReadonlyMap<number, Target>;

export class Elf {
  readonly machine: string;
  readonly sections: Section[];
  private readonly file: string;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly isLittle: boolean;
  private readonly pointerType: number;
  private readonly symtab: Section | undefined;
  private readonly symbolCount: number;
  private pointerCount = 0;
  /** Sections of relocations by the number of the section that they are for. */
  private readonly relocations = new Map<number, Section[]>();
  private readonly knownPointers = new Map<Section, Pointers>();
  private objectSizes: Map<string, number> | undefined;

  /** `file`: as messages call it. @throws ElfError */
  constructor(bytes: Uint8Array, file: string) {
    this.file = file;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 4 || this.view.getUint32(0) !== 0x7f454c46)
      throw this.error("no ELF file: it does not begin so");
    this.within("header", 0, HEADER_SIZE);
    if (bytes[4] !== CLASS_64) throw this.error("not a 64-bit ELF file: livepatches are modules of 64-bit kernels");
    if (bytes[5] !== 1 && bytes[5] !== 2) throw this.error(`byte order at 0x5: expected 1 or 2, got ${bytes[5]}`);
    this.isLittle = bytes[5] === 1;
    const type = this.u16(16);
    if (type !== TYPE_RELOCATABLE)
      throw this.error(`type at 0x10: expected 1, relocatable as modules are, got ${type}`);
    const pointer = POINTERS[this.u16(18)];
    if (pointer === undefined) throw this.error(`machine at 0x12: expected one of ${machines()}, got ${this.u16(18)}`);
    this.machine = pointer.machine;
    this.pointerType = pointer.relocation;
    this.sections = this.readSections();
    this.symtab = this.sections.find((section) => section.type === SYMTAB);
    this.symbolCount = Math.floor((this.symtab?.size ?? 0) / SYMBOL_SIZE);
    if (this.symbolCount > SYMBOLS_MAX)
      throw this.error(`${this.symbolCount} symbols, expected at most ${SYMBOLS_MAX}`);
    for (const section of this.sections) {
      if (section.type !== RELA || section.link !== this.symtab?.index) continue;
      const earlier = this.relocations.get(section.info);
      if (earlier === undefined) this.relocations.set(section.info, [section]);
      else earlier.push(section);
    }
  }

  /** Names in it may hold anything: what a terminal would act on is not passed on. */
  error(message: string): ElfError {
    return new ElfError(`${this.file}: ${message.replace(/[^ -~]/g, "?")}`);
  }

  /** The first of that name. */
  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }

  content(section: Section): Uint8Array {
    return section.type === NOBITS
      ? new Uint8Array()
      : this.bytes.subarray(section.offset, section.offset + section.size);
  }

  isCode(section: Section): boolean {
    return (section.flags & EXECINSTR) !== 0n;
  }

  /** Loaded with the module, with bytes of its own, and no code. */
  isData(section: Section): boolean {
    return section.type === PROGBITS && (section.flags & ALLOC) !== 0n && !this.isCode(section);
  }

  *symbols(): Generator<ElfSymbol> {
    for (let i = 0; i < this.symbolCount; i++) yield this.symbol(i);
  }

  nameOf({ nameAt }: ElfSymbol): string {
    return this.textAt(this.sections[this.symtab?.link ?? 0], nameAt, "a symbol's name");
  }

  /** Whether a symbol has that name; quicker than to read the name. */
  isNamed({ nameAt }: ElfSymbol, name: string): boolean {
    const names = this.sections[this.symtab?.link ?? 0];
    if (names === undefined || nameAt + name.length >= names.size) return false;
    const at = names.offset + nameAt;
    for (let i = 0; i < name.length; i++) if (this.bytes[at + i] !== name.charCodeAt(i)) return false;
    return this.bytes[at + name.length] === 0;
  }

  /** Size of the data object that a symbol says begins there; undefined where none does. */
  objectSize(section: Section, offset: number): number | undefined {
    this.objectSizes ??= this.readObjectSizes();
    return this.objectSizes.get(`${section.index}:${offset}`);
  }

  private readObjectSizes(): Map<string, number> {
    const sizes = new Map<string, number>();
    for (const { type, sectionIndex, value, size } of this.symbols())
      if (type === OBJECT && size > 0) sizes.set(`${sectionIndex}:${value}`, size);
    return sizes;
  }

  /** The pointers in a section that relocations fill, in the order of their offsets. */
  pointers(section: Section): Pointers {
    const known = this.knownPointers.get(section) ?? this.readPointers(section);
    this.knownPointers.set(section, known);
    return known;
  }

  private readPointers(section: Section): Pointers {
    const found: [number, Target][] = [];
    for (const { offset, size } of this.relocations.get(section.index) ?? [])
      for (let at = offset; at + RELOCATION_SIZE <= offset + size; at += RELOCATION_SIZE) {
        const info = this.view.getBigUint64(at + 8, this.isLittle);
        if ((info & 0xffffffffn) !== BigInt(this.pointerType)) continue;
        found.push([this.u64(at), this.target(Number(info >> 32n), this.i64(at + 16), at)]);
      }
    return new Map(found.sort(([a], [b]) => a - b));
  }

  private target(index: number, addend: number, at: number): Target {
    if (index >= this.symbolCount)
      throw this.error(`relocation at ${hex(at)}: symbol ${index}, of ${this.symbolCount}`);
    if (++this.pointerCount > POINTERS_MAX) throw this.error(`more than ${POINTERS_MAX} pointers in its data`);
    const symbol = this.symbol(index);
    const section = symbol.sectionIndex === 0 ? undefined : this.sections[symbol.sectionIndex];
    return { symbol, section, offset: symbol.value + addend };
  }

  /** The text in a section from `offset` up to its NUL; undefined where none is. */
  findText(section: Section, offset: number): string | undefined {
    const content = this.content(section);
    const end = offset >= 0 && offset < content.length ? content.subarray(offset, offset + TEXT_MAX).indexOf(0) : -1;
    return end < 0 ? undefined : String.fromCharCode(...content.subarray(offset, offset + end));
  }

  /** The same; `what` is sought there. @throws ElfError */
  textAt(section: Section | undefined, offset: number, what: string): string {
    if (section === undefined) throw this.error(`${what}: there is no section to find it in`);
    const text = this.findText(section, offset);
    if (text !== undefined) return text;
    const where = `${hex(offset)} of section ${section.name}, which has ${hex(this.content(section).length)} bytes`;
    throw this.error(`${what}: no text of at most ${TEXT_MAX} bytes at ${where}`);
  }

  private symbol(index: number): ElfSymbol {
    const at = this.symtab!.offset + index * SYMBOL_SIZE;
    return {
      nameAt: this.u32(at),
      type: this.bytes[at + 4]! & 0xf,
      sectionIndex: this.u16(at + 6),
      value: this.u64(at + 8),
      size: this.u64(at + 16),
    };
  }

  private readSections(): Section[] {
    const [table, entry, count, names] = [this.u64(40), this.u16(58), this.u16(60), this.u16(62)];
    if (count === 0 || count >= SECTIONS_MAX)
      throw this.error(`number of sections at 0x3c: expected 1 to ${SECTIONS_MAX - 1}, got ${count}`);
    if (entry !== SECTION_SIZE) throw this.error(`size of a section's header at 0x3a: expected 64, got ${entry}`);
    this.within(`headers of ${count} sections`, table, count * SECTION_SIZE);
    const sections = Array.from({ length: count }, (_, index) => this.sectionAt(index, table + index * SECTION_SIZE));
    const inFile = sections.filter(({ type }) => type !== NOBITS);
    for (const { name, offset, size } of inFile) this.within(`section ${name}`, offset, size);
    const sum = inFile.reduce((bytes, { size }) => bytes + size, 0);
    if (sum > this.bytes.length)
      throw this.error(`sections overlap: they have ${sum} bytes in a file of ${this.bytes.length}`);
    if (sections[names] === undefined) throw this.error(`names of sections at 0x3e: section ${names}, of ${count}`);
    for (const section of sections)
      section.name = this.textAt(
        sections[names],
        this.u32(table + section.index * SECTION_SIZE),
        `name of section ${section.index}`,
      );
    return sections;
  }

  /** Its name is its number until all are known. */
  private sectionAt(index: number, at: number): Section {
    return {
      index,
      name: String(index),
      type: this.u32(at + 4),
      flags: this.view.getBigUint64(at + 8, this.isLittle),
      offset: this.u64(at + 24),
      size: index === 0 ? 0 : this.u64(at + 32), // of the first it is something else
      link: this.u32(at + 40),
      info: this.u32(at + 44),
    };
  }

  private within(what: string, offset: number, size: number): void {
    if (offset + size > this.bytes.length)
      throw this.error(`${what}: ${size} bytes at ${hex(offset)}, but the file ends at ${hex(this.bytes.length)}`);
  }

  private u16(at: number): number {
    return this.view.getUint16(at, this.isLittle);
  }

  private u32(at: number): number {
    return this.view.getUint32(at, this.isLittle);
  }

  /** Beyond 2^53 not exact, and beyond every file. */
  private u64(at: number): number {
    return Number(this.view.getBigUint64(at, this.isLittle));
  }

  private i64(at: number): number {
    return Number(this.view.getBigInt64(at, this.isLittle));
  }
}

export function hex(offset: number): string {
  return `0x${offset.toString(16)}`;
}
