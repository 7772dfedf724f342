// A circuit beside the process under test: changes what the pilot's converter shows, over files as the kernel has them,
// and tells when the relay's line goes low. Plain JavaScript, so that it is there at once.
import { openSync, readSync, writeSync } from "node:fs";

const buffer = Buffer.alloc(1);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms) => Atomics.wait(sleeper, 0, 0, ms);
const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

/** `change`: the count to show after `afterMs`, or null to only look on. `restMs`: between two looks; 0 for none. */
process.on("message", ({ adc, relay, change, afterMs, forMs, restMs = 0.1 }) => {
  const value = openSync(relay, "r");
  const isHigh = () => readSync(value, buffer, 0, 1, 0) === 1 && buffer[0] === 0x31;
  process.send("ready");
  sleep(afterMs);
  const wasHigh = isHigh();
  const changedMs = monotonicMs();
  // Four digits replace four digits: nobody ever reads half of it.
  if (change !== null) writeSync(openSync(adc, "r+"), String(change).padStart(4, "0"), 0, "latin1");
  let seenMs = changedMs;
  let high = isHigh();
  for (; high && seenMs - changedMs < forMs; high = isHigh(), seenMs = monotonicMs()) if (restMs > 0) sleep(restMs);
  process.send({ wasHigh, changedMs, lowMs: high ? null : seenMs });
});
