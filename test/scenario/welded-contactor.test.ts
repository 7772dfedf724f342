/**
 * A welded contactor outlives a restart: not by a note of it, which a repair would leave behind, but by its feedback. Until
 * every contact has been seen open nothing is on the pilot, nothing closes and nothing is unlocked.
 */
import t from "tap";
import type { StationRun } from "./station-run.ts";
import { charging, runStation, script, sim, unplug } from "./station-run.ts";

const welded = (at_s: number, value = true, relay = 1): object => sim(at_s, "relay_welded", { relay, value }, "bsp");
const restart = (at_s: number): object => sim(at_s, "kill", { restart_s: 1 }, "evsed");
const run = (steps: readonly object[], until: number, set: readonly string[] = []): Promise<StationRun> =>
  runStation({ station: "charge-control-c", steps: [script(0, charging), ...steps], until, set });

const faultsAt = (run: StationRun): number[] =>
  run.of("error", { action: "raise", type: "evse_board_support/MREC17EVSEContactorFault" }, "bsp").map(({ t }) => t);

t.test("found again by every start, for as long as the contact is closed", async (t) => {
  const wirings: [what: string, relay: 1 | 2, set: string[]][] = [
    ["one contactor", 1, []],
    ["one that is fed back high when closed", 1, ["bsp.contactor_1_feedback_type=no"]],
    ...["serial", "simultaneous", "mutual"].flatMap((wiring): typeof wirings =>
      [1 as const, 2 as const].map((relay) => [
        `${wiring}, relay ${relay}`,
        relay,
        [`bsp.switch_3ph1ph_wiring=${wiring}`, "bsp.contactor_2_feedback_type=no"],
      ]),
    ),
  ];
  for (const [what, relay, set] of wirings) {
    const station = await run(
      [welded(11, true, relay), unplug(12), restart(14), restart(18), script(20, charging)],
      40,
      set,
    );
    const told = faultsAt(station);
    t.equal(told.length, 3, `${what}: ${told}`);
    for (const [index, startS] of [15, 19].entries()) {
      const atS = told[index + 1] ?? Number.NaN;
      t.ok(atS >= startS + 0.25 && atS <= startS + 0.45, `${what}: ${atS} s`);
      const before = station.of("cp").filter(({ t, to }) => t >= startS && t < atS && to !== "Disabled");
      t.same(before, [], `${what}: the pilot waits`);
    }
    t.same(
      station.of("contactor_command", { closed: true }).map(({ t }) => t < 11),
      [true],
      `${what}: never again`,
    );
    t.same(
      station.of("lock_command", { locked: false }).filter(({ t }) => t > 12),
      [],
      `${what}: no unlock`,
    );
    t.equal(station.pwm().at(-1), "F", what);
    t.equal(station.result.exit, 0);
  }
});

t.test("a daemon that dies before it could tell: the next one finds it", async (t) => {
  const station = await run([welded(11), unplug(12), restart(12.1)], 16);
  const [atS, ...others] = faultsAt(station);
  t.ok(atS !== undefined && atS >= 13.25 && atS <= 13.45, `${atS} s`);
  t.same(others, []);
  t.same(station.of("lock_command", { locked: false }), []);
});

t.test("open again, it is a fault until the next start, and no longer", async (t) => {
  const station = await run([welded(11), unplug(12), welded(14, false), script(16, charging)], 34);
  t.equal(faultsAt(station).length, 1);
  t.same(station.of("error", { action: "clear" }, "bsp"), [], "it does not clear by itself");
  t.equal(station.pwm().at(-1), "F", "nobody charges");
  const repaired = await run([welded(11), unplug(12), welded(14, false), restart(16), script(18, charging)], 34);
  t.equal(faultsAt(repaired).length, 1);
  t.same(repaired.contactor("connector_1", 16), ["close", "closed"]);
});
