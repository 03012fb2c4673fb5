// Writes relocatable ELF64 files of either byte order: for machines that there is no compiler for here, and for files that no
// compiler writes.

const ALLOC = 2;
const EXECINSTR = 4;

export interface BuiltSection {
  name: string;
  /** PROGBITS unless given. */
  type?: number;
  code?: boolean;
  data: Uint8Array | string;
  /** What relocations make of it: pointers to symbols. */
  pointers?: { at: number; symbol: string; addend?: number }[];
}

/** `section`: by name; undefined: of another file; a number: a reserved one. */
export interface BuiltSymbol {
  name: string;
  section?: string | number;
  value?: number;
  /** Of a data object. */
  size?: number;
}

export interface BuiltElf {
  little: boolean;
  machine: number;
  /** Of relocations that fill pointers. */
  relocation: number;
  sections: BuiltSection[];
  symbols: BuiltSymbol[];
}

interface Section {
  name: string;
  type: number;
  flags: number;
  link: number;
  info: number;
  data: Uint8Array;
}

/** Sections as given, then the table of symbols and their names, relocations, names of sections. */
export function buildElf({ little, machine, relocation, sections, symbols }: BuiltElf): Uint8Array {
  const symtab = 1 + sections.length;
  const names = new Names();
  const given = sections.map(({ name, type = 1, code, data }) => ({
    ...{ name, type, flags: ALLOC | (code ? EXECINSTR : 0), link: 0, info: 0 },
    data: bytesOf(data),
  }));
  const symbolData = symbolTable(sections, symbols, names, little);
  const table = { name: ".symtab", type: 2, flags: 0, link: symtab + 1, info: 0, data: symbolData };
  const strings = { name: ".strtab", type: 3, flags: 0, link: 0, info: 0, data: names.bytes() };
  const relocations = sections.flatMap(({ name, pointers = [] }, i) => {
    const data = pointerTable(pointers, symbols, relocation, little);
    return data.length === 0 ? [] : [{ name: `.rela${name}`, type: 4, flags: 0, link: symtab, info: i + 1, data }];
  });
  return assemble([...given, table, strings, ...relocations], little, machine);
}

function symbolTable(sections: BuiltSection[], symbols: BuiltSymbol[], names: Names, little: boolean): Uint8Array {
  const out = new Bytes(24 * (1 + symbols.length), little);
  for (const [i, { name, section = 0, value = 0, size = 0 }] of symbols.entries()) {
    const at = 24 * (i + 1);
    out.u32(at, names.add(name));
    out.u8(at + 4, size > 0 ? 1 : 0);
    out.u16(at + 6, typeof section === "number" ? section : 1 + sections.findIndex((one) => one.name === section));
    out.u64(at + 8, value);
    out.u64(at + 16, size);
  }
  return out.bytes;
}

function pointerTable(
  pointers: NonNullable<BuiltSection["pointers"]>,
  symbols: BuiltSymbol[],
  relocation: number,
  little: boolean,
): Uint8Array {
  const out = new Bytes(24 * pointers.length, little);
  for (const [i, { at, symbol, addend = 0 }] of pointers.entries()) {
    out.u64(24 * i, at);
    out.u64(24 * i + 8, (1 + symbols.findIndex(({ name }) => name === symbol)) * 2 ** 32 + relocation);
    out.u64(24 * i + 16, addend);
  }
  return out.bytes;
}

/** With the section of nothing first and that of names last. */
function assemble(given: Section[], little: boolean, machine: number): Uint8Array {
  const names = new Names();
  const nameAts = ["", ...given.map(({ name }) => name), ".shstrtab"].map((name) => names.add(name));
  const empty = { name: "", type: 0, flags: 0, link: 0, info: 0, data: new Uint8Array() };
  const sections = [empty, ...given, { ...empty, name: ".shstrtab", type: 3, data: names.bytes() }];
  const table = 64 + sections.reduce((sum, { data }) => sum + data.length, 0);
  const out = new Bytes(table + 64 * sections.length, little);
  out.bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, little ? 1 : 2, 1]);
  out.u16(16, 1);
  out.u16(18, machine);
  out.u64(40, table);
  out.u16(58, 64);
  out.u16(60, sections.length);
  out.u16(62, sections.length - 1);
  let at = 64;
  for (const [i, { type, flags, link, info, data }] of sections.entries()) {
    const header = table + 64 * i;
    out.u32(header, nameAts[i]!);
    out.u32(header + 4, type);
    out.u64(header + 8, flags);
    out.u64(header + 24, at);
    out.u64(header + 32, data.length);
    out.u32(header + 40, link);
    out.u32(header + 44, info);
    out.bytes.set(data, at);
    at += data.length;
  }
  return out.bytes;
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}

/** Texts one after the other, each with its NUL. */
class Names {
  private text = "\0";

  add(name: string): number {
    const at = this.text.length;
    this.text += `${name}\0`;
    return at;
  }

  bytes(): Uint8Array {
    return bytesOf(this.text);
  }
}

class Bytes {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly little: boolean;

  constructor(length: number, little: boolean) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
    this.little = little;
  }

  u8(at: number, value: number): void {
    this.view.setUint8(at, value);
  }

  u16(at: number, value: number): void {
    this.view.setUint16(at, value, this.little);
  }

  u32(at: number, value: number): void {
    this.view.setUint32(at, value, this.little);
  }

  u64(at: number, value: number): void {
    this.view.setBigInt64(at, BigInt(value), this.little);
  }
}
