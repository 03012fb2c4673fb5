// Tables of bcc's kvmexit: how often each vCPU thread left its guest, by reason (Intel's only). What the columns leave out is in the
// line before them. They do not tell how long guests ran, nor when; text around them, as in examples, is left out.

import type { Quality } from "../quality.js";
import type { LineReader, TraceFormat, TraceSink } from "../trace-format.js";
import { Words } from "./words.js";

const BANNER = /^Display kvm exit reasons and statistics for (.*)/;
const OF_WHOM = /^(?:PID (\d+)(?: VCPU (\d+))?|TID (\d+))/;
const HEADING = /^((?:PID|TIDS?) +)*KVM_EXIT_REASON +COUNT *$/;
const ROW = /^(?:\^C)?(?:(\d+) +)?(?:(\d+) +)?(?:EXIT_REASON_)?([A-Z][A-Z0-9_]*) +(\d+) *$/;
const LIKE_ROW = /^(?:\^C)?(?:\d+ +)*(?:EXIT_REASON_|[A-Z]+(?:_[A-Z]+)* +\d+ *$)/;

class KvmexitReader implements LineReader {
  private readonly words = new Words();
  /** Columns of ids in the table that is being read; null: none is. */
  private columns: string[] | null = null;
  private of: { pid: number; tid: number; vcpu: number | null } = { pid: -1, tid: -1, vcpu: null };

  constructor(
    private readonly sink: TraceSink,
    private readonly quality: Quality,
  ) {}

  line(text: string, number: number): void {
    const row = this.columns === null ? null : ROW.exec(text);
    const trouble = row === null ? this.noRow(text) : this.row(row);
    if (trouble !== null) this.quality.unread(number, text, trouble);
  }

  end(): void {}

  private noRow(text: string): string | null {
    if (this.columns !== null && LIKE_ROW.test(text)) return "no row of kvmexit";
    const heading = this.heading(text);
    if (!heading) this.columns = null;
    if (heading || text.trim() === "") this.quality.other++;
    else this.quality.leftOut("text");
    return null;
  }

  private heading(text: string): boolean {
    const banner = BANNER.exec(text);
    if (banner !== null) {
      const whom = OF_WHOM.exec(banner[1]!);
      this.of = { pid: idOf(whom?.[1]), tid: idOf(whom?.[3]), vcpu: whom?.[2] === undefined ? null : Number(whom[2]) };
      this.columns = null;
      return true;
    }
    if (!HEADING.test(text)) return false;
    this.columns = text.trim().split(/ +/).slice(0, -2);
    return true;
  }

  private row(row: RegExpExecArray): string | null {
    const ids = [row[1], row[2]].filter((id) => id !== undefined).map(Number);
    const columns = this.columns!;
    if (ids.length !== columns.length) return `${ids.length} ids where the heading has ${columns.length}`;
    const { pid, tid, vcpu } = this.of;
    const at = (name: string): number | undefined => ids[columns.findIndex((column) => column.startsWith(name))];
    const reason = this.words.of(row[3]!);
    const whose = { pid: at("PID") ?? pid, tid: at("TID") ?? tid, vcpu };
    this.sink.sum({ type: "guest-exits", ...whose, comm: "", reason, count: Number(row[4]) });
    return null;
  }
}

/** -1: the tool does not say. */
function idOf(digits: string | undefined): number {
  return digits === undefined ? -1 : Number(digits);
}

export const KVMEXIT: TraceFormat = {
  name: "kvmexit",
  title: "bcc's kvmexit",
  recognise: (head) => (head.some((line) => HEADING.test(line) || BANNER.test(line)) ? 1 : 0),
  reader: (sink, quality) => new KvmexitReader(sink, quality),
  tells: ["guests"],
};
