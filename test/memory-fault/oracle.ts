// The rules of docs/memory-fault.md once more: slow, obvious, one object a thing. It shares no code with the engine and asks it only for draws.

import type { FaultDraws, TracedFault } from "../../src/memory-fault-engine.js";
import type { FaultCounter } from "../../src/results/memory-fault.js";
import type { FaultModel, FaultSite, FaultVariant } from "../../src/scenario/memory-fault-model.js";

const FOREVER = 2 ** 52;
/** What each draw is for, by its place in this list (section 4). */
const PURPOSES = [
  "gap",
  "page",
  "path",
  "dropped",
  "dropped page",
  "async",
  "latency",
  "ready",
  "struck",
  "elsewhere",
  "signal",
  "knows",
  "fails",
  "damage",
  "unresolvable",
  "swallowed",
] as const;
type Purpose = (typeof PURPOSES)[number];
type Page = "plain" | "missing" | "mismatch" | "emulated";
type Path = "fast-gup" | "handler" | "emulation" | "other";
/** exit_reason under the kernel's numbers. */
const REASON = { UNKNOWN: 0, MMIO: 6, INTR: 10, MEMORY_FAULT: 39 };

interface Vcpu {
  number: number;
  exitReason: number;
  about: number; // the fault that the union is about
  writtenInThisRun: boolean;
  onTheirWay: { ready: number; fault: number }[];
  met: number; // faults
  signals: number;
  faultAt: number;
  signalAt: number;
}

/** What the rules' corner cases are called, for those who ask whether they were met. */
export type Met = (what: string) => void;

export class FaultOracle {
  #vcpus: Vcpu[] = [];
  #counters = new Map<FaultCounter, number>();
  #trace: TracedFault[] = [];

  constructor(
    private readonly model: FaultModel,
    private readonly one: FaultVariant,
    private readonly draws: FaultDraws,
    private readonly met: Met = () => {},
  ) {}

  run(seed: bigint, replica: number): TracedFault[] {
    this.draws.select(seed, replica);
    this.#trace = [];
    this.#counters = new Map();
    this.#vcpus = Array.from({ length: this.model.vcpus }, (_, number) => this.#create(number));
    for (let event = this.#earliest(); event !== undefined; event = this.#earliest()) event.happen();
    return this.#trace;
  }

  #create(number: number): Vcpu {
    const vcpu: Vcpu = {
      number,
      exitReason: REASON.UNKNOWN,
      about: 0,
      writtenInThisRun: false,
      onTheirWay: [],
      met: 0,
      signals: 0,
      faultAt: 0,
      signalAt: 0,
    };
    vcpu.faultAt = this.draws.duration(this.model.gap, this.#draw(vcpu, "gap", 0));
    this.#nextSignal(vcpu);
    return vcpu;
  }

  #earliest(): { happen: () => void } | undefined {
    const events = this.#vcpus
      .filter((vcpu) => vcpu.met < this.model.faults)
      .flatMap((vcpu) => [
        ...vcpu.onTheirWay.map((page) => ({
          time: page.ready,
          order: [vcpu.number, 0, page.fault],
          happen: () => this.#ready(vcpu, page),
        })),
        { time: vcpu.signalAt, order: [vcpu.number, 1, 0], happen: () => this.#signal(vcpu) },
        { time: vcpu.faultAt, order: [vcpu.number, 2, 0], happen: () => this.#fault(vcpu) },
      ]);
    events.sort(
      (a, b) => a.time - b.time || a.order[0]! - b.order[0]! || a.order[1]! - b.order[1]! || a.order[2]! - b.order[2]!,
    );
    return events[0];
  }

  #ready(vcpu: Vcpu, page: { ready: number; fault: number }): void {
    vcpu.onTheirWay = vcpu.onTheirWay.filter((other) => other !== page);
    if (!this.#happens(this.model.asyncFails, vcpu, "ready", page.fault)) return;
    this.met("page ready fails");
    this.#drop(vcpu, page.fault, true);
  }

  #signal(vcpu: Vcpu): void {
    this.#count("signals");
    this.#write(vcpu, REASON.INTR, vcpu.about);
    this.#beginRun(vcpu);
    vcpu.signals++;
    this.#nextSignal(vcpu);
  }

  #nextSignal(vcpu: Vcpu): void {
    const wait = this.draws.duration(this.model.signals, this.#draw(vcpu, "signal", vcpu.signals));
    vcpu.signalAt = wait >= FOREVER ? Number.POSITIVE_INFINITY : vcpu.signalAt + wait;
  }

  #fault(vcpu: Vcpu): void {
    const fault = vcpu.met;
    const now = vcpu.faultAt;
    this.#count("faults");
    const page = this.#page(vcpu, fault);
    this.met(`page: ${page}`);
    if (page === "plain") this.#plain(vcpu, fault, now);
    else if (page === "emulated") this.#emulated(vcpu, fault);
    else this.#needing(vcpu, fault, page);
    this.#trace.push({
      vcpu: vcpu.number,
      exitReason: vcpu.exitReason,
      data: vcpu.about,
      counters: Object.fromEntries(this.#counters) as TracedFault["counters"],
    });
    vcpu.met++;
    vcpu.faultAt = now + this.draws.duration(this.model.gap, this.#draw(vcpu, "gap", vcpu.met));
  }

  #page(vcpu: Vcpu, fault: number): Page {
    const u = this.#draw(vcpu, "page", fault);
    const [plain, missing, mismatch] = this.model.pages;
    return u < plain ? "plain" : u < missing ? "missing" : u < mismatch ? "mismatch" : "emulated";
  }

  #path(vcpu: Vcpu, fault: number): Path {
    const u = this.#draw(vcpu, "path", fault);
    const [fastGup, handler, emulation] = this.one.paths;
    return u < fastGup ? "fast-gup" : u < handler ? "handler" : u < emulation ? "emulation" : "other";
  }

  #plain(vcpu: Vcpu, fault: number, now: number): void {
    if (this.#happens(this.one.dropped, vcpu, "dropped", fault)) {
      this.#drop(vcpu, fault, true);
      return;
    }
    if (!this.#happens(this.model.asyncShare, vcpu, "async", fault)) return;
    if (vcpu.onTheirWay.length === 64) {
      this.met("too many pages on their way");
      return;
    }
    const latency = this.draws.duration(this.model.latency, this.#draw(vcpu, "latency", fault));
    vcpu.onTheirWay.push({ ready: now + latency, fault });
  }

  /** A failure whose error does not reach user space. */
  #drop(vcpu: Vcpu, fault: number, loaded: boolean): void {
    if (!this.one.fillsDropped) return;
    const page = this.#draw(vcpu, "dropped page", fault) < this.model.droppedMissing ? "missing" : "mismatch";
    if (this.#isAnnotated(page, this.#path(vcpu, fault)) && this.#fill(vcpu, fault, loaded)) this.met("dropped fill");
  }

  #emulated(vcpu: Vcpu, fault: number): void {
    this.#write(vcpu, REASON.MMIO, fault);
    if (this.#happens(this.model.struck, vcpu, "struck", fault)) {
      const elsewhere = this.#happens(this.model.elsewhere, vcpu, "elsewhere", fault);
      this.#drop(vcpu, fault, !elsewhere);
      if (vcpu.exitReason === REASON.MEMORY_FAULT) {
        this.#count("clobbered");
        if (elsewhere) this.#count("clobberedElsewhere");
        if (this.one.returns === "efault") {
          this.#lose();
          return;
        }
        this.#count("wrong");
        this.#count("corrupted");
      }
    }
    this.#beginRun(vcpu);
  }

  #needing(vcpu: Vcpu, fault: number, page: "missing" | "mismatch"): void {
    const path = this.#path(vcpu, fault);
    const { reaction, repeats } = this.model.vmm;
    const patience = reaction === "rerun" ? 1000 : repeats;
    let corrupted = false;
    this.#count("needing");
    for (let exit = 0; ; exit++) {
      // KVM
      const annotated = this.#isAnnotated(page, path);
      const filled = annotated && this.#fill(vcpu, fault, true);
      if (!annotated && this.one.warns) this.#count("warnings");
      const zero = filled && this.one.returns === "zero";
      if (zero && this.#happens(this.model.swallowed, vcpu, "swallowed", fault * 1024 + exit)) {
        this.#count("swallowed");
        if (!corrupted) this.#count("corrupted");
        return;
      }
      const returned = zero ? "zero" : "efault";
      this.#count("exits");
      // user space
      if (returned !== this.one.returns || vcpu.exitReason !== REASON.MEMORY_FAULT) {
        this.#count("bare");
        this.#lose();
        return;
      }
      const right = vcpu.about === fault;
      if (right) this.#count("right");
      else this.#count("stale");
      if (!right && vcpu.writtenInThisRun) this.#count("staleSameRun");
      if (!right) this.met(annotated ? "stale: refused" : "stale: unannotated");
      if (reaction === "kill") {
        this.#lose();
        return;
      }
      if (right) {
        if (this.#resolves(vcpu, fault, exit, page, path)) {
          this.#count("resolved");
          this.#beginRun(vcpu);
          return;
        }
      } else {
        this.#count("wrong");
        if (!corrupted && this.#happens(this.model.vmm.damage, vcpu, "damage", fault * 1024 + exit)) {
          corrupted = true;
          this.#count("corrupted");
        }
      }
      if (exit + 1 === patience) {
        this.#count("livelocks");
        this.#lose();
        return;
      }
      this.#beginRun(vcpu);
    }
  }

  #resolves(vcpu: Vcpu, fault: number, exit: number, page: Page, path: Path): boolean {
    const { reasonFlags, knows, unresolvable, fails } = this.model.vmm;
    const right = page === "mismatch" ? "convert" : path === "handler" ? "remap" : "populate";
    const told = right === "convert" || reasonFlags || this.#happens(knows, vcpu, "knows", fault);
    const taken = told ? right : exit % 2 === 0 ? "populate" : "remap";
    if (taken !== right) {
      this.#count("wrong");
      this.#count("wrongWay");
      return false;
    }
    if (this.#happens(unresolvable, vcpu, "unresolvable", fault)) {
      this.met("unresolvable");
      return false;
    }
    return !this.#happens(fails, vcpu, "fails", fault * 1024 + exit);
  }

  #isAnnotated(page: "missing" | "mismatch", path: Path): boolean {
    const { sites, optIn } = this.one;
    if (path === "other" || (optIn && !this.model.vmm.optIn)) return false;
    const ofMismatch = path === "emulation" ? "private-emulation" : "attributes";
    const site: FaultSite = page === "mismatch" ? ofMismatch : path;
    return sites.includes(site);
  }

  #fill(vcpu: Vcpu, fault: number, loaded: boolean): boolean {
    const { guards } = this.one;
    const refusedBy = guards.find((guard) => (guard === "loaded" ? !loaded : vcpu.exitReason !== REASON.UNKNOWN));
    if (refusedBy !== undefined) {
      this.met(`refused: ${refusedBy}`);
      this.#count("warnings");
      return false;
    }
    this.#write(vcpu, REASON.MEMORY_FAULT, fault);
    return true;
  }

  #write(vcpu: Vcpu, exitReason: number, about: number): void {
    vcpu.exitReason = exitReason;
    vcpu.about = about;
    vcpu.writtenInThisRun = true;
  }

  #beginRun(vcpu: Vcpu): void {
    if (this.one.reset) vcpu.exitReason = REASON.UNKNOWN;
    vcpu.writtenInThisRun = false;
  }

  #lose(): void {
    this.#count("lost");
    for (const vcpu of this.#vcpus) {
      vcpu.exitReason = REASON.UNKNOWN;
      vcpu.about = 0;
      vcpu.writtenInThisRun = false;
      vcpu.onTheirWay = [];
    }
  }

  #draw(vcpu: Vcpu, purpose: Purpose, n: number): number {
    return this.draws.uniform(vcpu.number, PURPOSES.indexOf(purpose), n);
  }

  #happens(probability: number, vcpu: Vcpu, purpose: Purpose, n: number): boolean {
    return this.#draw(vcpu, purpose, n) < probability;
  }

  #count(counter: FaultCounter): void {
    this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + 1);
  }
}
