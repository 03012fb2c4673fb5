// What a livepatch module's file says that it replaces: modules that gcc compiles here, modules of other processors, broken ones.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ElfError } from "../../../src/patch/elf.js";
import { readLivepatch } from "../../../src/patch/livepatch.js";
import { LAYOUTS, type Layout, MACHINES, moduleOf, type Parts, sectionOf } from "./modules.js";

const DATA = new URL("../../data/modules/", import.meta.url);
const stored = (name: string) => new Uint8Array(readFileSync(new URL(name, DATA)));
const layouts = Object.keys(LAYOUTS) as Layout[];
const machines = Object.keys(MACHINES) as (keyof typeof MACHINES)[];

/** `pipe_read of vmlinux`, sorted: tables are in an order of their own. */
function replacedBy(bytes: Uint8Array): string[] {
  return readLivepatch(bytes, "m.ko")
    .replaced.map(({ name, object }) => `${name} of ${object}`)
    .sort();
}

const STATIC = ["ext4_file_write_iter of ext4", "pipe_read of vmlinux", "vfs_read.isra.0 of vmlinux"];

describe("a livepatch module", () => {
  it.each(layouts.flatMap((layout) => machines.map((machine) => [layout, machine] as const)))(
    "with the table of %s, for %s, names what it replaces and of which object",
    (layout, machine) => {
      const found = readLivepatch(moduleOf(layout, machine), "m.ko");
      expect(found).toMatchObject({ machine, table: layout, declared: true });
      expect(found.replaced).toHaveLength(2);
      expect(found.replaced).toContainEqual({ name: "pipe_read", object: "vmlinux" });
      expect(found.replaced).toContainEqual({ name: "ext4_sync_file", object: "ext4" });
    },
  );

  it("names what it refers to apart from what it replaces", () => {
    const { symbols, relocated } = readLivepatch(moduleOf("kpatch", "x86-64"), "m.ko");
    expect(symbols).toEqual([
      { object: "vmlinux", name: "pipe_lock", position: 0 },
      { object: "ext4", name: "ext4_ops.isra.0", position: 2 },
    ]);
    expect(relocated).toEqual([{ object: "ext4", section: ".text.new_sync" }]);
  });

  it("stored as gcc compiled it is read: not what only looks like a table, nor objects of callbacks alone", () => {
    expect(replacedBy(stored("static.ko"))).toEqual(STATIC);
  });

  it("is told from a module that only has such a table", () => {
    const undeclared = moduleOf("kpatch", "x86-64", (parts) => {
      sectionOf(parts, ".modinfo").data = "license=GPL\0not_livepatch=Y\0";
    });
    expect(readLivepatch(undeclared, "m.ko").declared).toBe(false);
  });

  it("may name its sections as klp-build first did", () => {
    const early = moduleOf("klp-build", "x86-64", (parts) => {
      for (const name of ["funcs", "objects"]) sectionOf(parts, `.init.klp_${name}`).name = `__klp_${name}`;
      parts.symbols.at(-1)!.section = "__klp_funcs";
    });
    expect(replacedBy(early)).toEqual(["ext4_sync_file of ext4", "pipe_read of vmlinux"]);
  });

  it("names each function once, even where its tables are there twice", () => {
    const twice = moduleOf("klp_patch", "x86-64", (parts) => {
      const { pointers } = sectionOf(parts, ".data");
      pointers!.push({ at: 720, symbol: "__this_module" }, { at: 728, symbol: "objects" });
    });
    expect(replacedBy(twice)).toEqual(["ext4_sync_file of ext4", "pipe_read of vmlinux"]);
  });
});

const hasGcc = spawnSync("gcc", ["--version"]).status === 0 && process.arch === "x64";

describe.skipIf(!hasGcc)("a module that gcc compiles (skipped where there is none for x86-64)", () => {
  const directory = mkdtempSync(join(tmpdir(), "klpsim-modules-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);
  const compile = (source: string, out: string, ...flags: string[]) => {
    execFileSync("gcc", ["-c", "-w", ...flags, new URL(source, DATA).pathname, "-o", at(out)]);
    return new Uint8Array(readFileSync(at(out)));
  };

  it.each([
    ["-O0", "-g"],
    ["-O2", "-fno-pic"],
    ["-Os", "-fdata-sections"],
  ])("with %s %s has the static tables of samples/livepatch", (...flags) => {
    expect(replacedBy(compile("static.c", "static.o", ...flags))).toEqual(STATIC);
  });

  it("has kpatch-build's table", () => {
    const { replaced, relocated } = readLivepatch(compile("kpatch.c", "kpatch.o", "-O2"), "m.ko");
    expect(replaced).toEqual([
      { name: "tcp_recvmsg", object: "vmlinux" },
      { name: "nfs_file_read", object: "nfs" },
    ]);
    expect(relocated).toEqual([{ object: "nfs", section: ".text.new_nfs_read" }]);
  });

  it("is linked of the tables that klp-build leaves for each object", () => {
    compile("built.c", "kernel.o", "-DFUNCTION=new_a", '-DNAME="do_a"', "-DOBJECT=0");
    compile("built.c", "btrfs.o", "-DFUNCTION=new_b", '-DNAME="do_b"', '-DOBJECT="btrfs"');
    execFileSync("ld", ["-r", at("kernel.o"), at("btrfs.o"), "-o", at("both.o")]);
    expect(replacedBy(new Uint8Array(readFileSync(at("both.o"))))).toEqual([
      "do_a of vmlinux",
      "do_a_slow of vmlinux",
      "do_b of btrfs",
      "do_b_slow of btrfs",
    ]);
  });
});

/** A livepatch module with something wrong. */
const wrong = {
  plain: (parts: Parts) => {
    wrong.tableless(parts);
    sectionOf(parts, ".modinfo").data = "license=GPL\0";
  },
  tableless: (parts: Parts) => {
    sectionOf(parts, ".kpatch.funcs").name = ".data";
  },
  nameless: (parts: Parts) => {
    sectionOf(parts, ".kpatch.funcs").pointers!.splice(1);
  },
  ownerless: (parts: Parts) => {
    sectionOf(parts, ".init.klp_objects").pointers!.splice(1);
  },
  endless: (parts: Parts) => {
    sectionOf(parts, ".rodata.str1.1").data = "x".repeat(5000);
  },
  coloured: (parts: Parts) => {
    sectionOf(parts, ".rodata.str1.1").data = "vmlinux\0\x1b[31mred\0ext4\0ext4_sync_file\0";
  },
  symbol: (parts: Parts) => {
    parts.symbols[3]!.name = ".klp.sym.pipe_lock";
  },
};

describe("a file that is no livepatch module", () => {
  const good = moduleOf("kpatch", "x86-64");
  const changed = (at: number, ...bytes: number[]) => {
    const copy = good.slice();
    copy.set(bytes, at);
    return copy;
  };
  const text = new TextEncoder().encode("name: host\n".repeat(20));

  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "m.ko: no ELF file"],
    ["a text", text, "m.ko: no ELF file"],
    ["one cut in its header", good.subarray(0, 40), "header: 64 bytes at 0x0, but the file ends at 0x28"],
    ["one cut at its end", good.subarray(0, -1), `but the file ends at 0x${(good.length - 1).toString(16)}`],
    ["one of 32 bits", changed(4, 1), "not a 64-bit ELF file"],
    ["one of no byte order", changed(5, 9), "byte order at 0x5: expected 1 or 2, got 9"],
    ["a program", changed(16, 2), "type at 0x10: expected 1, relocatable as modules are, got 2"],
    ["a module for SPARC", changed(18, 43), "machine at 0x12: expected one of 21 (ppc64), 22 (s390x), 62 (x86-64)"],
    ["one without sections", changed(60, 0, 0), "number of sections at 0x3c: expected 1 to 65279, got 0"],
    ["one whose headers are outside of it", changed(44, 1), "but the file ends at"],
    ["one whose sections have no names", changed(62, 99), "names of sections at 0x3e: section 99, of"],
    ["a module of another kind", moduleOf("kpatch", "x86-64", wrong.plain), "no livepatch module: its .modinfo has no"],
    [
      "one without a table",
      moduleOf("kpatch", "x86-64", wrong.tableless),
      "a livepatch module with new code in .text.new_sync of ext4, but which functions",
    ],
    ["an entry without a name", moduleOf("kpatch", "x86-64", wrong.nameless), "name at 0x28: no relocation fills it"],
    [
      "a name without end",
      moduleOf("kpatch", "x86-64", wrong.endless),
      "no text of at most 1024 bytes at 0x8 of section",
    ],
    ["a name that would colour a terminal", moduleOf("kpatch", "x86-64", wrong.coloured), "or module, got ?[31mred"],
    ["functions of no object", moduleOf("klp-build", "x86-64", wrong.ownerless), "no object has the function at 0x0"],
    [
      "a livepatch symbol of no object",
      moduleOf("kpatch", "x86-64", wrong.symbol),
      "expected .klp.sym.OBJECT.NAME,POSITION",
    ],
  ])("is refused: %s", (_, bytes, message) => {
    const read = () => readLivepatch(bytes, "m.ko");
    expect(read).toThrow(ElfError);
    expect(read).toThrow(message);
  });

  it("is refused: one whose sections overlap, which would be work without end", () => {
    const copy = good.slice();
    const view = new DataView(copy.buffer);
    const table = Number(view.getBigUint64(40, true));
    for (let i = 1; i < 5; i++) {
      view.setBigUint64(table + 64 * i + 24, 0n, true);
      view.setBigUint64(table + 64 * i + 32, BigInt(copy.length), true);
    }
    expect(() => readLivepatch(copy, "m.ko")).toThrow(/sections overlap: they have \d+ bytes in a file of/);
  });
});

describe("a file made to be gone through for ever", () => {
  it("is refused after a bounded number of steps: patches of the same long table of objects", () => {
    const endless = moduleOf("klp_patch", "x86-64", (parts) => {
      const data = sectionOf(parts, ".data");
      for (let i = 0; i < 1000; i++)
        data.pointers!.push({ at: 1000 + 16 * i, symbol: "__this_module" }, { at: 1008 + 16 * i, symbol: "objects" });
      parts.symbols.find(({ name }) => name === "objects")!.size = 2 ** 40;
    });
    expect(() => readLivepatch(endless, "m.ko")).toThrow("take more than 4194304 steps to read");
  });

  it("is refused where it has more pointers than any module", () => {
    const large = moduleOf("klp_patch", "x86-64", (parts) => {
      const { pointers } = sectionOf(parts, ".data");
      for (let i = 0; i < 2 ** 19; i++) pointers!.push({ at: 8 * i, symbol: "text" });
    });
    expect(() => readLivepatch(large, "m.ko")).toThrow("more than 524288 pointers in its data");
  });
});

describe("a file broken at random is read, or refused with the module's own error,", () => {
  const whole = [...layouts.map((one) => moduleOf(one, "x86-64")), moduleOf("klp_patch", "s390x"), stored("static.ko")];
  const place = fc.noBias(fc.integer({ min: 0, max: 2 ** 20 - 1 })).map((share) => share / 2 ** 20);

  /** Whether it was read; anything but an ElfError fails the test. */
  function isRead(bytes: Uint8Array): boolean {
    try {
      readLivepatch(bytes, "m.ko");
      return true;
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      return false;
    }
  }

  it("whatever bytes are changed or cut off", () => {
    const edits = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 });
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...whole), edits, fc.boolean(), place, (bytes, changes, isCut, end) => {
        const broken = bytes.slice(0, isCut ? 1 + Math.floor(end * bytes.length) : undefined);
        for (const [where, byte] of changes) broken[Math.floor(where * broken.length)] = byte;
        seen[isRead(broken) ? "read" : "refused"]++;
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(50); // both happened
  });

  it("where the headers are changed that steer all else", () => {
    const value = fc.constantFrom(0n, 1n, 8n, 0xffn, 0x7fffffffn, 2n ** 63n, 2n ** 64n - 1n);
    const edits = fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...whole), edits, (bytes, changes) => {
        const broken = bytes.slice();
        const view = new DataView(broken.buffer);
        const isLittle = broken[5] === 1;
        const table = Number(view.getBigUint64(40, isLittle));
        const words = Math.floor((broken.length - table) / 8);
        for (const [where, word] of changes) view.setBigUint64(table + 8 * Math.floor(where * words), word, isLittle);
        isRead(broken);
      }),
      { numRuns: 2000 },
    );
  });
});
