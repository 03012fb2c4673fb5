// Which part of a replay's time is in view. Times are ticks.

export interface Camera {
  from: number;
  to: number;
}

const SPAN_MIN = 20; // ticks

/** `factor` below 1 looks closer; what is at `at` stays where it is. */
export function zoomed({ from, to }: Camera, factor: number, at: number, end: number): Camera {
  const span = Math.min(end, Math.max(SPAN_MIN, (to - from) * factor));
  const share = (at - from) / (to - from);
  return kept(at - share * span, span, end);
}

export function panned({ from, to }: Camera, by: number, end: number): Camera {
  return kept(from + by, to - from, end);
}

/** Moves as little as it takes to have `at` in view, off the edges. */
export function revealing(camera: Camera, at: number, end: number): Camera {
  const span = camera.to - camera.from;
  const margin = span / 10;
  if (at >= camera.from + margin && at <= camera.to - margin) return camera;
  return kept(at - span / 2, span, end);
}

function kept(from: number, span: number, end: number): Camera {
  const begin = Math.min(Math.max(0, from), Math.max(0, end - span));
  return { from: begin, to: begin + span };
}

/** Round times for an axis, about so many. */
export function ticksOf({ from, to }: Camera, about: number): number[] {
  const rough = (to - from) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10));
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
}
