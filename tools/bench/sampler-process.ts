/** A Charge Control C's interlock with nobody there, over a tree of files, until it is killed: what its sampler takes. */
import { fileURLToPath } from "node:url";
import { InterlockGuard } from "../../boards/charge-control-c/interlock/guard.ts";
import { letterBits } from "../../boards/charge-control-c/interlock/order.ts";
import { threadLink } from "../../boards/charge-control-c/interlock/thread-link.ts";
import { linuxLines } from "../../boards/linux/lines.ts";
import { lineThreads } from "../../src/daemon/line-threads.ts";
import { OrderedQueue } from "../../src/runtime/ordered-queue.ts";
import { SystemClock } from "../../src/runtime/system-clock.ts";
import { sysfsTree } from "../../test/boards/linux/sysfs-tree.ts";
import { plan } from "./interlock-plan.ts";

const tree = sysfsTree();
process.once("exit", () => tree.remove());
process.once("SIGTERM", () => process.exit());
const clock = new SystemClock();
const queue = new OrderedQueue(clock);
const lines = linuxLines(tree);
const relay = lines.output("RELAY_1_ENABLE", "low");
for (const name of [plan.positiveReset, plan.negativeReset]) lines.output(name, "low");
const pwm = lines.pwm(plan.pwm.device, plan.pwm.channel);
pwm.setPeriodNs(1_000_000);
const thread = fileURLToPath(new URL("../../dist/interlock.js", import.meta.url));
const guard = new InterlockGuard({
  clock,
  afterQueue: (run) => queue.after(run),
  start: threadLink(lineThreads(tree.root, { interlock: thread }), plan, (run) => clock.turn(run)),
  release: [() => relay.set("low")],
  letters: letterBits.C,
  lifetimeMs: 1500,
  pilot: () => ({ dutyPercent: 100, driven: true }),
  events: { pilot() {}, rcm() {}, opened() {}, failure() {}, lost() {}, back() {} },
});
guard.watch(true);
guard.changePilot(() => pwm.setDutyNs(1_000_000));
