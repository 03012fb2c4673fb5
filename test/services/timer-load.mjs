// A known load: 300 times 10 ms of sleep in a futex and 1 ms of work.

const cell = new Int32Array(new SharedArrayBuffer(4));
for (let i = 0; i < 300; i++) {
  Atomics.wait(cell, 0, 0, 10);
  const until = performance.now() + 1;
  while (performance.now() < until);
}
