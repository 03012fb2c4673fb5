// The timeline: lanes by name on the left, their time on a canvas on the right. One stop for the keyboard; what the chosen lane does at
// the chosen time is said below.

import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { whole } from "../../../src/report/format.js";
import { ink } from "../run/ink.js";
import { type Camera, panned, revealing, zoomed } from "./camera.js";
import { draw, HEAD } from "./draw.js";
import { Legend } from "./legend.js";
import { paletteOf } from "./palette.js";
import { countAt, doingWords, laneName, seconds, standing } from "./read.js";
import { ROW, type Row, rowsOf } from "./rows.js";
import type { ReplayView } from "./view.js";

/** What is looked at; the same for timeline, tries and account. */
export interface Looking {
  camera: Signal<Camera>;
  /** Names of the groups whose lanes are shown. */
  open: Signal<ReadonlySet<string>>;
  /** A place among the rows. */
  row: Signal<number>;
  at: Signal<number>;
  /** Number of the try that is stepped to. */
  tryNumber: Signal<number | null>;
}

const STEP = 0.02; // of the view, by an arrow key
const ZOOM = 1.25;

export function Timeline({ view, looking, step }: { view: ReplayView; looking: Looking; step(by: number): void }) {
  const { camera, open, row, at } = looking;
  const frame = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  const top = useSignal(0);
  const rows = useComputed(() => rowsOf(view, open.value));
  const first = Math.floor(top.value / ROW);
  const shown = rows.value.slice(first, first + Math.ceil((size.value.height - HEAD) / ROW) + 1);

  useLayoutEffect(() => {
    const seen = () => {
      size.value = { width: canvas.current!.clientWidth, height: canvas.current!.clientHeight };
    };
    seen();
    const observer = new ResizeObserver(seen);
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, []);

  const scene = {
    view,
    camera: camera.value,
    rows: shown,
    offset: top.value - first * ROW,
    chosen: laneOf(rows.value[row.value]),
    selectedTry: looking.tryNumber.value,
  };
  const theme = ink.value;
  useEffect(() => {
    const { width, height } = size.value;
    if (width === 0) return;
    const request = requestAnimationFrame(() => {
      const context = canvas.current!.getContext("2d")!;
      const ratio = devicePixelRatio;
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.current!.width !== w) canvas.current!.width = w;
      if (canvas.current!.height !== h) canvas.current!.height = h;
      performance.mark("timeline-begin");
      draw(context, { ...scene, palette: paletteOf(frame.current!), width, height }, ratio);
      performance.measure("timeline", "timeline-begin");
    });
    return () => cancelAnimationFrame(request);
  }, [view, camera.value, top.value, size.value, open.value, row.value, looking.tryNumber.value, theme]);

  useEffect(() => {
    const x = ((at.value - camera.value.from) / (camera.value.to - camera.value.from)) * size.value.width;
    line.current!.style.setProperty("--at", `${Math.round(x)}px`);
    line.current!.hidden = x < 0 || x > size.value.width;
  }, [at.value, camera.value, size.value]);

  const timeAt = (x: number) => {
    const { from, to } = camera.value;
    return Math.min(view.end, Math.max(0, from + (x / Math.max(1, size.value.width)) * (to - from)));
  };
  const zoom = (factor: number, around = at.value) => {
    const inView = around >= camera.value.from && around <= camera.value.to;
    const middle = inView ? around : (camera.value.from + camera.value.to) / 2;
    camera.value = zoomed(camera.value, factor, middle, view.end);
  };
  const choose = (place: number) => {
    row.value = Math.min(rows.value.length - 1, Math.max(0, place));
    const box = scroller.current!;
    const room = size.value.height - HEAD;
    if (row.value * ROW < box.scrollTop) box.scrollTop = row.value * ROW;
    else if ((row.value + 1) * ROW > box.scrollTop + room) box.scrollTop = (row.value + 1) * ROW - room;
  };
  const toggle = (place: number) => {
    const found = rows.value[place];
    if (found?.kind !== "group") return;
    const next = new Set(open.value);
    if (!next.delete(found.group.name)) next.add(found.group.name);
    open.value = next;
  };
  const walk = (by: number) => {
    const { from, to } = camera.value;
    at.value = Math.min(view.end, Math.max(0, at.value + by * (to - from)));
    camera.value = revealing(camera.value, at.value, view.end);
  };
  const page = Math.max(1, Math.floor((size.value.height - HEAD) / ROW) - 1);
  const keys: Record<string, () => void> = {
    ArrowDown: () => choose(row.value + 1),
    ArrowUp: () => choose(row.value - 1),
    PageDown: () => choose(row.value + page),
    PageUp: () => choose(row.value - page),
    Home: () => choose(0),
    End: () => choose(rows.value.length - 1),
    ArrowLeft: () => walk(-STEP),
    ArrowRight: () => walk(STEP),
    "+": () => zoom(1 / ZOOM),
    "=": () => zoom(1 / ZOOM),
    "-": () => zoom(ZOOM),
    "0": () => {
      camera.value = { from: 0, to: view.end };
    },
    Enter: () => toggle(row.value),
    " ": () => toggle(row.value),
    "[": () => step(-1),
    "]": () => step(1),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };

  usePointers(canvas, {
    pan: (pixels) => {
      const { from, to } = camera.value;
      camera.value = panned(camera.value, (-pixels / Math.max(1, size.value.width)) * (to - from), view.end);
    },
    zoom: (factor, x) => zoom(factor, timeAt(x)),
    scroll: (pixels) => {
      scroller.current!.scrollTop += pixels;
    },
    hover: (x, y) => {
      at.value = timeAt(x);
      const place = Math.floor((y - HEAD + scroller.current!.scrollTop) / ROW);
      if (y > HEAD && place < rows.value.length) row.value = place;
    },
    click: (y) => {
      if (y > HEAD) toggle(Math.floor((y - HEAD + scroller.current!.scrollTop) / ROW));
    },
  });

  return (
    <div class="timeline" ref={frame}>
      <div class="timeline-tools" role="toolbar" aria-label="View">
        <button type="button" onClick={() => zoom(1 / ZOOM / ZOOM)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => zoom(ZOOM * ZOOM)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={keys["0"]}>
          Whole
        </button>
        <span class="hint">
          Drag or ← → moves, Ctrl + wheel, pinch or + − zooms, ↑ ↓ chooses a lane, Enter opens a class, [ ] steps
          through tries, 0 shows the whole.
        </span>
      </div>
      <div class="timeline-body">
        <div
          class="timeline-names"
          ref={scroller}
          role="listbox"
          tabIndex={0}
          aria-label="Lanes"
          aria-activedescendant={`lane-row-${row.value}`}
          onKeyDown={onKeyDown}
          onScroll={({ currentTarget }) => {
            top.value = currentTarget.scrollTop;
          }}
        >
          <Names rows={rows.value} first={first} shown={shown} view={view} looking={looking} toggle={toggle} />
        </div>
        <div class="timeline-time">
          <canvas ref={canvas} />
          <div class="timeline-line" ref={line} />
        </div>
      </div>
      <p class="timeline-told" role="status">
        {told(view, rows.value[row.value], at.value)}
      </p>
      <Legend />
    </div>
  );
}

function laneOf(row: Row | undefined): number | null {
  return row?.kind === "lane" ? row.lane : null;
}

interface NamesProps {
  rows: readonly Row[];
  first: number;
  shown: readonly Row[];
  view: ReplayView;
  looking: Looking;
  toggle(row: number): void;
}

/** Only those in view, at their places in a list that is as long as all. */
function Names({ rows, first, shown, view, looking: { row, open }, toggle }: NamesProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current!.style.setProperty("--rows", String(rows.length));
    list.current!.style.setProperty("--first", String(first));
  });
  const chosenAway = row.value < first || row.value >= first + shown.length;
  return (
    <div ref={list} class="timeline-rows" role="presentation">
      <div class="timeline-window" role="presentation">
        {shown.map((one, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list's keys do it
          // biome-ignore lint/a11y/useFocusableInteractive: the list says which is active
          <div
            key={first + i}
            id={`lane-row-${first + i}`}
            role="option"
            class={one.kind === "group" ? "group" : "lane"}
            aria-selected={row.value === first + i}
            onClick={() => {
              row.value = first + i;
              toggle(first + i);
            }}
          >
            {one.kind === "group"
              ? `${open.value.has(one.group.name) ? "▾" : "▸"} ${one.group.name} (${whole(one.group.lanes.length)})`
              : laneName(view, one.lane)}
          </div>
        ))}
        {chosenAway && (
          // biome-ignore lint/a11y/useFocusableInteractive: the list says which is active
          <div id={`lane-row-${row.value}`} role="option" aria-selected="true" class="visually-hidden">
            chosen, out of view
          </div>
        )}
      </div>
    </div>
  );
}

/** What a row is about, at a time. */
export function told(view: ReplayView, row: Row | undefined, at: number): string {
  const when = seconds(at, 6);
  if (row === undefined) return "";
  if (row.kind === "group") {
    const { name, lanes, left } = row.group;
    return `${when}  ${name}: ${whole(countAt(left, at))} of ${whole(lanes.length)} left`;
  }
  const stands = standing(view, row.lane, at);
  return `${when}  ${laneName(view, row.lane)}: ${doingWords(view, row.lane, at)}${stands && `; ${stands}`}`;
}

interface Gestures {
  pan(pixels: number): void;
  zoom(factor: number, x: number): void;
  scroll(pixels: number): void;
  hover(x: number, y: number): void;
  click(y: number): void;
}

const MOVED = 4; // pixels that make a click a drag

function usePointers(target: { current: HTMLCanvasElement | null }, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const canvas = target.current!;
    const down = new Map<number, { x: number; y: number }>();
    let moved = 0;
    const placeOf = ({ clientX, clientY }: MouseEvent) => {
      const { left, top } = canvas.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { x, y } = placeOf(event);
      const pixels = event.deltaMode === 1 ? 16 : 1;
      if (event.ctrlKey || event.metaKey || y < HEAD) latest.current.zoom(1.0015 ** (event.deltaY * pixels), x);
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        latest.current.pan(-(event.deltaX || event.deltaY) * pixels);
      else latest.current.scroll(event.deltaY * pixels);
    };
    const onDown = (event: PointerEvent) => {
      canvas.setPointerCapture(event.pointerId);
      down.set(event.pointerId, placeOf(event));
      moved = 0;
    };
    const onMove = (event: PointerEvent) => {
      const now = placeOf(event);
      const before = down.get(event.pointerId);
      if (before === undefined) return latest.current.hover(now.x, now.y);
      const others = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      down.set(event.pointerId, now);
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      const [other] = others;
      if (other !== undefined) {
        const [was, is] = [before, now].map(({ x, y }) => Math.max(8, Math.hypot(x - other.x, y - other.y)));
        latest.current.zoom(was! / is!, (now.x + other.x) / 2);
      } else if (moved > MOVED) {
        latest.current.pan(now.x - before.x);
        if (event.pointerType === "mouse") latest.current.scroll(before.y - now.y);
      }
    };
    const onUp = (event: PointerEvent) => {
      const place = down.get(event.pointerId);
      down.delete(event.pointerId);
      if (place === undefined || moved > MOVED || event.type !== "pointerup") return;
      latest.current.hover(place.x, place.y);
      latest.current.click(place.y);
    };
    const stop = new AbortController();
    const { signal } = stop;
    canvas.addEventListener("wheel", onWheel, { passive: false, signal });
    canvas.addEventListener("pointerdown", onDown, { signal });
    canvas.addEventListener("pointermove", onMove, { signal });
    canvas.addEventListener("pointerup", onUp, { signal });
    canvas.addEventListener("pointercancel", onUp, { signal });
    return () => stop.abort();
  }, []);
}
