// Work parted into tasks that are short, so that a key or a click need not wait.

import { type EffectCallback, useEffect, useState } from "preact/hooks";

/** As useEffect(), in a task of its own. */
export function useTask(work: EffectCallback, inputs: unknown[]): void {
  useEffect(() => {
    let undo: ReturnType<EffectCallback>;
    const timer = setTimeout(() => {
      undo = work();
    });
    return () => {
      clearTimeout(timer);
      undo?.();
    };
  }, inputs);
}

/** The value, but a task later; null until then. */
export function useNextTask<T>(value: T): T | null {
  const [late, setLate] = useState<T | null>(null);
  useTask(() => setLate(value), [value]);
  return late;
}
