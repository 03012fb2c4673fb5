// Livepatch modules of each layout, made here: for processors without a compiler at hand, and to be broken.

import { type BuiltElf, buildElf } from "./elf-builder.js";

/** Byte order, number of the machine, number of the relocation that fills a pointer there. */
export const MACHINES = {
  "x86-64": { little: true, machine: 62, relocation: 1 },
  aarch64: { little: true, machine: 183, relocation: 257 },
  s390x: { little: false, machine: 22, relocation: 22 },
  ppc64: { little: true, machine: 21, relocation: 38 },
  riscv64: { little: true, machine: 243, relocation: 2 },
  loongarch64: { little: true, machine: 258, relocation: 2 },
} satisfies Record<string, Pick<BuiltElf, "little" | "machine" | "relocation">>;

export type Parts = Pick<BuiltElf, "sections" | "symbols">;

const TEXTS = "vmlinux\0pipe_read\0ext4\0ext4_sync_file\0"; // at 0, 8, 18, 23

function shared(): Parts {
  return {
    sections: [
      { name: ".text", code: true, data: new Uint8Array(64) },
      { name: ".rodata.str1.1", data: TEXTS },
      { name: ".modinfo", data: "license=GPL\0livepatch=Y\0" },
    ],
    symbols: [
      { name: "text", section: ".text" },
      { name: "texts", section: ".rodata.str1.1" },
      { name: "__this_module" },
      { name: ".klp.sym.vmlinux.pipe_lock,0", section: 0xff20 },
      { name: ".klp.sym.ext4.ext4_ops.isra.0,2", section: 0xff20 },
    ],
  };
}

/** A patch at 0; at 64 objects of 96 bytes each, with functions of 80: a reader knows of no such length. */
function staticTables(): Parts {
  const { sections, symbols } = shared();
  const pointers = [
    { at: 0, symbol: "__this_module" },
    { at: 8, symbol: "objects" },
    { at: 72, symbol: "kernel" },
    { at: 160, symbol: "texts", addend: 18 },
    { at: 168, symbol: "ext4" },
    { at: 400, symbol: "texts", addend: 8 },
    { at: 408, symbol: "text" },
    { at: 600, symbol: "texts", addend: 23 },
    { at: 608, symbol: "text", addend: 32 },
  ];
  sections.push({ name: ".data", data: new Uint8Array(800), pointers });
  symbols.push(
    { name: "objects", section: ".data", value: 64, size: 288 },
    { name: "kernel", section: ".data", value: 400, size: 160 },
    { name: "ext4", section: ".data", value: 600, size: 160 },
  );
  return { sections, symbols };
}

function kpatchTable(): Parts {
  const { sections, symbols } = shared();
  const pointers = [
    { at: 0, symbol: "text" },
    { at: 40, symbol: "texts", addend: 8 },
    { at: 48, symbol: "texts" },
    { at: 56, symbol: "text", addend: 32 },
    { at: 96, symbol: "texts", addend: 23 },
    { at: 104, symbol: "texts", addend: 18 },
  ];
  sections.push({ name: ".kpatch.funcs", data: new Uint8Array(112), pointers });
  sections.push({ name: ".klp.rela.ext4.text.new_sync", type: 4, data: new Uint8Array(24) });
  return { sections, symbols };
}

function builtTables(): Parts {
  const { sections, symbols } = shared();
  const functions = [
    { at: 0, symbol: "texts", addend: 23 },
    { at: 8, symbol: "text", addend: 32 },
    { at: 24, symbol: "texts", addend: 8 },
    { at: 32, symbol: "text" },
  ];
  const objects = [
    { at: 8, symbol: "functions", addend: 24 },
    { at: 64, symbol: "texts", addend: 18 },
    { at: 72, symbol: "functions" },
  ];
  sections.push({ name: ".init.klp_funcs", data: new Uint8Array(48), pointers: functions });
  sections.push({ name: ".init.klp_objects", data: new Uint8Array(128), pointers: objects });
  symbols.push({ name: "functions", section: ".init.klp_funcs" });
  return { sections, symbols };
}

/** All replace pipe_read of vmlinux and ext4_sync_file of ext4. */
export const LAYOUTS = { klp_patch: staticTables, kpatch: kpatchTable, "klp-build": builtTables };

export type Layout = keyof typeof LAYOUTS;

/** `change`: to what it shall be other than right. */
export function moduleOf(
  layout: Layout,
  machine: keyof typeof MACHINES,
  change: (parts: Parts) => void = () => {},
): Uint8Array {
  const parts = LAYOUTS[layout]();
  change(parts);
  return buildElf({ ...MACHINES[machine], ...parts });
}

/** The section of that name. */
export function sectionOf({ sections }: Parts, name: string) {
  return sections.find((one) => one.name === name)!;
}
