/**
 * `npm run faults`: every call to a line of a Charge Control C fails once, by its number, in a session of its own.
 *
 *     npm run faults -- [--from N] [--to N] [--kind EIO|EBUSY|ETIMEDOUT|short|garbage]
 *
 * Without `--kind` the kinds of failures take turns. Exits 1 where anything went wrong, with a line for each.
 */
import { parseArgs } from "node:util";
import type { FailureKind } from "./line-calls.ts";
import { failureKinds } from "./line-calls.ts";
import { LineFaults } from "./line-faults.ts";

const { values } = parseArgs({
  options: { from: { type: "string" }, to: { type: "string" }, kind: { type: "string" } },
});
const faults = await LineFaults.load();
const { calls } = faults.whole;
const from = Number(values.from ?? 0);
const to = Math.min(Number(values.to ?? calls.length - 1), calls.length - 1);
const known = (kind: string | undefined): kind is FailureKind => failureKinds.some((one) => one === kind);
if (!(from >= 0 && from <= to) || (values.kind !== undefined && !known(values.kind))) {
  process.stderr.write(`calls are 0 to ${calls.length - 1}, kinds ${failureKinds.join(", ")}\n`);
  process.exit(2);
}
process.stdout.write(`${calls.length} calls in a session; ${from} to ${to} fail, each once\n`);
const startedMs = performance.now();
let wrong = 0;
for (let index = from; index <= to; index++) {
  const kind = known(values.kind) ? values.kind : (failureKinds[index % failureKinds.length] as FailureKind);
  const complaints = await faults.complaints({ index, kind });
  if (complaints.length > 0) wrong += 1;
  for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  const done = index - from + 1;
  if (done % 100 === 0 || index === to) {
    const leftS = Math.round((((performance.now() - startedMs) / done) * (to - index)) / 1000);
    process.stderr.write(`${index} of ${to}, ${wrong} wrong, ${leftS} s left\n`);
  }
}
process.stdout.write(`${to - from + 1} failures, ${wrong} went wrong\n`);
process.exit(wrong === 0 ? 0 : 1);
