// The law of examples/patch-lite.yaml, as its comment derives it: what every program is held against.

/** P(a task has not switched by try t). */
function straggling(t) {
  const late = Math.exp(-t / 2);
  const soon = Math.exp(-200 * t);
  return 0.8 * late + 0.02 * (soon + 0.1 * (200 / 199.5) * (late - soon));
}

/** Mean and standard deviation in seconds of when `tasks` tasks complete, and P(later than 15 s). */
export function law(tasks) {
  const later = (t) => -Math.expm1(tasks * Math.log1p(-straggling(t)));
  let mean = 0;
  let square = 0;
  for (let t = 0; t < 200; t++) {
    mean += later(t);
    square += (2 * t + 1) * later(t);
  }
  return { mean, deviation: Math.sqrt(square - mean ** 2), later15: later(15) };
}
