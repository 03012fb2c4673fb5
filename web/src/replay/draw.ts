// Draws what is in view of a timeline. Lanes are first drawn as one row of pixels each, of what took most of a pixel's time, then
// stretched: so a lane of a thousand spans costs no more than one of ten.

import { whole } from "../../../src/report/format.js";
import { type Camera, ticksOf } from "./camera.js";
import type { Palette } from "./palette.js";
import { countAt, lastAtMost } from "./read.js";
import { ROW, type Row } from "./rows.js";
import { LOOK_MASK, LOOKS, PENDING, PHASE_BITS, type ReplayView, SWITCHED } from "./view.js";

export const HEAD = 96; // CSS pixels: axis, and how many are left
const AXIS = 22;
const CURVE = { top: 42, bottom: 90 };
const LABEL_MIN = 46; // narrower spans have no name
const LABELS_MAX = 300;
const TRY_LABEL = 24;

export interface Scene {
  view: ReplayView;
  camera: Camera;
  palette: Palette;
  /** CSS pixels. */
  width: number;
  height: number;
  /** Those in view, the first `offset` CSS pixels above the canvas's lanes. */
  rows: readonly Row[];
  offset: number;
  chosen: number | null;
  selectedTry: number | null;
}

export function draw(context: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { width, height, palette } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.ink.paper;
  context.fillRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(0, HEAD, width, height - HEAD);
  context.clip();
  drawLanes(context, scene, ratio);
  context.restore();
  drawMarks(context, scene);
  drawCurve(context, scene);
  drawAxis(context, scene);
}

const xOf = ({ camera, width }: Scene, at: number) => ((at - camera.from) / (camera.to - camera.from)) * width;

function drawLanes(context: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { rows, offset, width, palette } = scene;
  const lanes = rows.filter((row) => row.kind === "lane").length;
  const pixels = Math.max(1, Math.round(width * ratio));
  const image = lanes > 0 ? strips(scene, pixels) : undefined;
  let strip = 0;
  let labels = 0;
  context.imageSmoothingEnabled = false;
  for (const [i, row] of rows.entries()) {
    const top = HEAD + i * ROW - offset;
    if (row.kind === "group") {
      drawGroup(context, scene, row, top);
      continue;
    }
    context.drawImage(image!, 0, 2 * strip, pixels, 1, 0, top + 3, width, ROW - 8);
    context.drawImage(image!, 0, 2 * strip + 1, pixels, 1, 0, top + ROW - 5, width, 2.5);
    strip++;
    if (labels < LABELS_MAX) labels += drawNames(context, scene, row.lane, top);
    if (row.lane === scene.chosen) {
      context.strokeStyle = palette.ink.text;
      context.lineWidth = 1;
      context.strokeRect(0.5, top + 0.5, width - 1, ROW - 1);
    }
  }
  drawSwitches(context, scene);
}

let canvas: OffscreenCanvas | undefined;

/** Two rows of pixels a lane: what it does, and whether the flag is pending. */
function strips({ view, rows, camera, palette }: Scene, width: number): OffscreenCanvas {
  const lanes = rows.flatMap((row) => (row.kind === "lane" ? [row.lane] : []));
  canvas ??= new OffscreenCanvas(1, 1);
  if (canvas.width !== width || canvas.height < 2 * lanes.length) {
    canvas.width = width;
    canvas.height = 2 * Math.max(lanes.length, 64);
  }
  const image = new ImageData(width, 2 * lanes.length);
  const pixels = new Uint32Array(image.data.buffer);
  const looks = new Uint8Array(width);
  for (const [i, lane] of lanes.entries()) {
    looksOf(view, lane, camera, looks);
    for (let x = 0; x < width; x++) {
      const look = looks[x]!;
      const own = look & LOOK_MASK;
      if (LOOKS[own] !== "gone") pixels[2 * i * width + x] = (look & SWITCHED ? palette.muted : palette.pixels)[own]!;
      if (look & PENDING) pixels[(2 * i + 1) * width + x] = palette.pending;
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}

const shares = new Float64Array(256);

/** Of each pixel, the look that lasts longest in it. */
function looksOf({ spans, end }: ReplayView, lane: number, { from, to }: Camera, looks: Uint8Array): void {
  const width = looks.length;
  const perPixel = (to - from) / width;
  const after = spans.first[lane + 1]!;
  let span = Math.max(spans.first[lane]!, lastAtMost(spans.from, from, spans.first[lane]!, after));
  for (let x = 0; x < width; x++) {
    const right = from + (x + 1) * perPixel;
    let left = from + x * perPixel;
    let best = spans.look[span]!;
    const single = span + 1 >= after || spans.from[span + 1]! >= right;
    if (!single) {
      const first = span;
      for (; ; span++) {
        const until = Math.min(right, span + 1 < after ? spans.from[span + 1]! : end);
        const look = spans.look[span]!;
        shares[look] = shares[look]! + until - left;
        if (shares[look]! > shares[best]!) best = look;
        left = until;
        if (span + 1 >= after || spans.from[span + 1]! >= right) break;
      }
      for (let one = first; one <= span; one++) shares[spans.look[one]!] = 0;
    }
    looks[x] = best;
  }
}

/** Phases' names in the spans that are wide enough; how many. */
function drawNames(context: CanvasRenderingContext2D, scene: Scene, lane: number, top: number): number {
  const { view, camera, width, palette } = scene;
  if (lane >= view.tasks.length) return 0;
  const { first, from, look, what } = view.spans;
  const after = first[lane + 1]!;
  const start = Math.max(first[lane]!, lastAtMost(from, camera.from, first[lane]!, after));
  const wide = (LABEL_MIN / width) * (camera.to - camera.from);
  if (after - start > 2000 && camera.to - camera.from > 2000 * wide) return 0;
  let drawn = 0;
  context.font = `11px ${palette.ink.sans}`;
  context.textBaseline = "middle";
  for (let span = start; span < after && from[span]! < camera.to; span++) {
    const begin = Math.max(camera.from, from[span]!);
    const end = Math.min(camera.to, span + 1 < after ? from[span + 1]! : view.end);
    const own = LOOKS[look[span]! & LOOK_MASK]!;
    if (end - begin < wide || own === "gone") continue;
    const room = xOf(scene, end) - xOf(scene, begin) - 8;
    const name = view.phases[what[span]! % 2 ** PHASE_BITS]?.name ?? "";
    if (name.length * 6.4 > room) continue;
    const faint = own === "asleep" || own === "waiting" || (look[span]! & SWITCHED) !== 0;
    context.fillStyle = faint ? palette.ink.text : palette.ink.paper;
    context.fillText(name, xOf(scene, begin) + 4, top + 9.5);
    drawn++;
  }
  return drawn;
}

function drawGroup(context: CanvasRenderingContext2D, scene: Scene, { group }: Row, top: number): void {
  const { palette, width, camera } = scene;
  const most = Math.max(1, ...group.left.count);
  context.fillStyle = palette.ink.line;
  context.fillRect(0, top + ROW - 1, width, 1);
  context.fillStyle = palette.looks.blocked;
  context.globalAlpha = 0.35;
  context.beginPath();
  context.moveTo(0, top + ROW - 2);
  for (let x = 0; x <= width; x += 2) {
    const count = countAt(group.left, camera.from + (x / width) * (camera.to - camera.from));
    context.lineTo(x, top + ROW - 2 - (count / most) * (ROW - 5));
  }
  context.lineTo(width, top + ROW - 2);
  context.fill();
  context.globalAlpha = 1;
}

/** A diamond for each switch in view. */
function drawSwitches(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, rows, offset, camera, palette } = scene;
  const place = new Map(rows.flatMap((row, i) => (row.kind === "lane" ? [[row.lane, i] as const] : [])));
  const { lane, at, violation } = view.switches;
  context.lineWidth = 1;
  context.strokeStyle = palette.ink.paper;
  for (let i = 0; i < lane.length; i++) {
    const row = place.get(lane[i]!);
    if (row === undefined || at[i]! < camera.from || at[i]! > camera.to) continue;
    const x = Math.max(5, xOf(scene, at[i]!));
    const y = HEAD + row * ROW - offset + ROW / 2 - 1;
    context.fillStyle = violation[i] === 1 ? palette.round : palette.end;
    context.beginPath();
    context.moveTo(x, y - 6);
    context.lineTo(x + 4.5, y);
    context.lineTo(x, y + 6);
    context.lineTo(x - 4.5, y);
    context.closePath();
    context.fill();
    context.stroke();
  }
}

function drawMarks(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, camera, height, palette, selectedTry } = scene;
  context.font = `11px ${palette.ink.sans}`;
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  let labelled = Number.NEGATIVE_INFINITY;
  for (const { number, at } of view.tries) {
    if (at < camera.from || at > camera.to) continue;
    const x = xOf(scene, at);
    const isSelected = number === selectedTry;
    vertical(context, x, AXIS + 14, height, isSelected ? palette.ink.text : palette.try, isSelected ? 2 : 1);
    if (!isSelected && x - labelled < TRY_LABEL) continue;
    labelled = x;
    context.fillStyle = isSelected ? palette.ink.text : palette.ink.muted;
    context.fillText(String(number), Math.min(Math.max(5, x), scene.width - 8), AXIS + 11);
  }
  for (const { at, kind, words } of view.moments) {
    if (at < camera.from || at > camera.to || kind === "decided") continue;
    const x = xOf(scene, at);
    const colour = kind === "complete" ? palette.end : palette.round;
    vertical(context, x, AXIS + 14, height, colour, 1.5);
    context.fillStyle = colour;
    context.textAlign = x > scene.width - 60 ? "right" : "left";
    context.fillText(words, x + (context.textAlign === "left" ? 4 : -4), CURVE.top + (kind === "complete" ? 21 : 8));
    context.textAlign = "center";
  }
  context.textAlign = "left";
}

function vertical(context: CanvasRenderingContext2D, x: number, top: number, to: number, colour: string, wide: number) {
  context.strokeStyle = colour;
  context.lineWidth = wide;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, to);
  context.stroke();
}

/** How many are left. */
function drawCurve(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette, camera } = scene;
  const most = Math.max(1, ...view.left.count);
  const y = (count: number) => CURVE.bottom - (count / most) * (CURVE.bottom - CURVE.top);
  context.strokeStyle = palette.ink.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(0, y(countAt(view.left, camera.from)));
  let row = lastAtMost(view.left.at, camera.from) + 1;
  for (; row < view.left.at.length && view.left.at[row]! <= camera.to; row++) {
    const x = xOf(scene, view.left.at[row]!);
    context.lineTo(x, y(view.left.count[row - 1] ?? most));
    context.lineTo(x, y(view.left.count[row]!));
  }
  context.lineTo(width, y(view.left.count[row - 1] ?? 0));
  context.stroke();
  context.fillStyle = palette.ink.muted;
  context.font = `11px ${palette.ink.sans}`;
  context.fillText(`${whole(most)} left`, 4, CURVE.top - 2 + 12);
}

function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { camera, width, palette } = scene;
  const ticks = ticksOf(camera, width / 110);
  const step = (ticks[1] ?? camera.to) - (ticks[0] ?? camera.from);
  const digits = Math.max(0, Math.min(6, Math.ceil(6 - Math.log10(Math.max(1, step)))));
  context.font = `11px ${palette.ink.sans}`;
  context.textAlign = "center";
  context.strokeStyle = palette.ink.line;
  context.lineWidth = 1;
  for (const at of ticks) {
    const x = xOf(scene, at);
    context.beginPath();
    context.moveTo(x, AXIS - 6);
    context.lineTo(x, AXIS);
    context.stroke();
    context.fillStyle = palette.ink.muted;
    if (x > 16 && x < width - 16) context.fillText(`${(at / 1e6).toFixed(digits)} s`, x, AXIS - 9);
  }
  context.textAlign = "left";
}
