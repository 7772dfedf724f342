import t from "tap";
import type { Line } from "./station-run.ts";
import { allow, charging, present, runStation, script, unplug } from "./station-run.ts";

/** Longer than five seconds after the start, so that the vehicle finds its 32 A and no delay. */
const inAt = 6;
const set = [
  "connector_1.uk_smartcharging_random_delay_enable=true",
  "connector_1.uk_smartcharging_random_delay_max_duration=60",
];

const order = (at_s: number, name: string, args: object = {}): object => ({
  at_s,
  command: { module: "connector_1", implementation: "random_delay", name, args },
});

const enforce = (at_s: number, ampere: number, valid_for: number, source = "tariff"): object => ({
  at_s,
  command: {
    module: "connector_1",
    implementation: "energy_grid",
    name: "enforce_limits",
    args: {
      value: {
        uuid: "connector_1",
        valid_for,
        limits_root_side: { ac_max_current_A: { value: ampere, source } },
        schedule: [],
      },
    },
  },
});

/** What the countdown says, a line as `left during->after`. */
const told = ({ countdown_s, current_limit_during_delay_A, current_limit_after_delay_A }: Line): string =>
  `${countdown_s} ${current_limit_during_delay_A}->${current_limit_after_delay_A}`;

t.test("a changed limit waits for a random time that is counted down, then counts", async (t) => {
  for (const [name, before, after, duty] of [
    ["less", 32, 10, "16.67"],
    ["more", 10, 32, "53.33"],
  ] as const) {
    const run = await runStation({
      set,
      seed: 3,
      steps: [allow(0, before), script(inAt, charging), allow(20, after), unplug(90)],
    });
    const countdown = run.of("random_delay");
    const [first] = countdown;
    const lengthS = first?.countdown_s as number;
    t.ok(lengthS > 5 && lengthS < 60, `${name}: ${lengthS} s`);
    t.same(
      countdown.map(told),
      Array.from({ length: lengthS + 1 }, (_, second) => `${lengthS - second} ${before}->${after}`),
      "every second",
    );
    const changed = run.of("limits", { max_current: after }).find((line) => line.t > 20);
    const startS = first?.t ?? 0;
    t.ok(startS < 21.1);
    t.equal(changed?.t, startS + lengthS, "to the millisecond");
    t.equal(first?.start_time, new Date(Date.UTC(2026, 0, 1) + startS * 1000).toISOString());
    t.equal(Math.round(run.currentA(startS + lengthS - 1)), Math.min(before, 16), "as before until then");
    t.equal(run.result.exit, 0);
    t.same(run.pwm("connector_1", 20), [duty, "X1"]);
  }
});

t.test("a tariff that leaves nothing waits too", async (t) => {
  const run = await runStation({
    set: [...set, "connector_1.uk_smartcharging_random_delay_at_any_change=false"],
    seed: 3,
    steps: [script(inAt, charging), allow(20, 0), unplug(90)],
  });
  const [first] = run.of("random_delay");
  t.ok((first?.countdown_s as number) > 5, "it is counted down");
  t.equal(Math.round(run.currentA(20 + (first?.countdown_s as number) - 1)), 16, "and charges until then");
  t.equal(Math.round(run.currentA(89)), 0);
});

t.test("each delay has another length, each seed others, and one seed the same again", async (t) => {
  const lengths = async (seed: number): Promise<unknown[]> => {
    const steps = [script(inAt, charging), allow(20, 10), allow(90, 20), allow(160, 30), unplug(230)];
    const run = await runStation({ set, seed, steps });
    const all = run.of("random_delay");
    return all
      .filter((_, index) => index === 0 || all[index - 1]?.countdown_s === 0)
      .map(({ countdown_s }) => countdown_s);
  };
  const [once, again, other] = await Promise.all([lengths(3), lengths(3), lengths(4)]);
  t.equal(once?.length, 3);
  t.equal(new Set(once).size, 3);
  t.same(again, once);
  t.notSame(other, once);
});

t.test("somebody who does not want to wait cancels the delay, or switches it off", async (t) => {
  for (const name of ["cancel", "disable"]) {
    const run = await runStation({
      set: [...set, "connector_1.uk_smartcharging_random_delay_max_duration=600"],
      seed: 3,
      steps: [script(inAt, charging), allow(20, 10), order(24.5, name), allow(40, 20), unplug(50)],
    });
    t.equal(run.one("limits", { max_current: 10 }).t, 24.5, name);
    t.equal(run.of("random_delay", { countdown_s: 0 })[0]?.t, 24.5);
    const later = run.of("random_delay").filter(({ t }) => t > 25);
    if (name === "cancel")
      t.equal(told(later[0] as Line).replace(/^\d+ /, ""), "10->20", "the next change waits again");
    else t.same(later, [], "the next change does not wait");
    t.equal(
      run.of("limits", { max_current: 20 }).some(({ t }) => t < 41.1),
      name === "disable",
    );
  }
});

t.test("switched on and set while the station runs", async (t) => {
  const run = await runStation({
    steps: [
      script(inAt, charging),
      allow(15, 20),
      order(20, "set_duration_s", { value: 2 }),
      order(20, "enable"),
      allow(25, 10),
      unplug(40),
    ],
    seed: 1,
  });
  t.ok(run.one("limits", { max_current: 20 }).t < 16.1, "off as it comes");
  const changed = run.one("limits", { max_current: 10 }).t;
  const lines = run.of("random_delay");
  t.ok(lines.every(({ countdown_s }) => (countdown_s as number) < 2));
  t.equal(lines.at(-1)?.t, changed);
});

t.test("a vehicle that is there when the power comes back begins after a delay", async (t) => {
  const run = await runStation({ set, seed: 3, steps: [script(0, charging), unplug(90)] });
  const [first] = run.of("random_delay");
  t.equal(first?.current_limit_during_delay_A, 0);
  t.equal(first?.current_limit_after_delay_A, 32);
  const over = run.one("random_delay", { countdown_s: 0 }).t;
  t.same(run.pwm(), ["X1", "53.33", "X1"]);
  t.equal(run.one("pwm", { mode: "pwm" }).t, over, "nothing is offered before");
  t.ok(run.event("ChargingStarted").t > over);
});

t.test("a fuse is never made to wait: what a second vehicle needs is given up at once", async (t) => {
  const run = await runStation({
    station: "two-connectors",
    set: [...set, "connector_1.request_zero_power_in_idle=true", "connector_2.request_zero_power_in_idle=true"],
    seed: 3,
    steps: [
      script(0, charging),
      present(2, "ONE", { connectors: [1] }),
      script(80, charging, 2),
      present(83, "TWO", { connectors: [2] }),
      unplug(100, 2),
      unplug(180),
    ],
  });
  t.equal(run.currentA(79), 16);
  const shared = run.of("limits", { max_current: 10 }).at(-1)?.t ?? 0;
  t.ok(shared > 80 && shared < 82, "as soon as the second vehicle is there");
  t.same(
    run.of("random_delay").filter((line) => line.t >= 80 && line.t < 100),
    [],
  );
  const back = run.of("random_delay").find((line) => line.t >= 100);
  t.equal(told(back as Line).replace(/^\d+ /, ""), "10->20", "more may wait");
  t.equal(run.result.exit, 0);
});

t.test("a limit that is held ends with its validity when nobody renews it", async (t) => {
  const run = await runStation({
    station: "limits-by-hand",
    set: [...set, "connector_1.uk_smartcharging_random_delay_max_duration=600"],
    seed: 3,
    steps: [enforce(0.5, 16, 30), script(inAt, charging), enforce(20, 10, 7), unplug(40)],
  });
  t.equal(run.one("limits", {}, -1).max_current, 0);
  t.equal(run.one("limits", { max_current: 0 }, -1).t, 27);
  t.equal(run.one("pwm", { mode: "X1" }, 1).t, 27);
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["NoEnergy"] });
  t.same(run.of("random_delay").map(told).at(-1), "0 16->10");
  t.equal(run.of("random_delay").at(-1)?.t, 27);
});

t.test("without it, nothing is counted down", async (t) => {
  const run = await runStation({ steps: [script(0, charging), allow(20, 10), unplug(40)] });
  t.same(run.of("random_delay"), []);
  t.ok(run.one("limits", { max_current: 10 }).t < 21.1);
});
