// Sleeps as the interlock does and tells how late each cycle ended, milliseconds: what the machine itself adds.
const word = new Int32Array(new SharedArrayBuffer(4));

process.on("message", ({ cycles, sleepsMs }) => {
  const late = [];
  const wantedMs = sleepsMs.reduce((sum, ms) => sum + ms, 0);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const startedMs = performance.now();
    for (const ms of sleepsMs) Atomics.wait(word, 0, 0, ms);
    late.push(performance.now() - startedMs - wantedMs);
  }
  process.send(late);
});
