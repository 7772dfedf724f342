import t from "tap";
import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import type { EnergyFlowRequest } from "../../../src/core/energy/flow.ts";
import { manifest } from "../../../src/modules/evse-manager/manifest.ts";
import { create } from "../../../src/modules/evse-manager/module.ts";
import { capabilities } from "../../core/session/evse-bench.ts";
import { WiredStation } from "../auth/wired-station.ts";

const board = defineManifest({
  type: "Board",
  description: "A board that says what the test says.",
  config: {},
  provides: { board_support: { port: evseBoardSupport, description: "" } },
  requires: {},
});

/** One EVSE without anybody above it, and what it told. */
function station(config: object = {}) {
  const bench = new WiredStation()
    .add("bsp", board, (context: { provide(id: string, handlers: object): unknown }) => {
      context.provide(
        "board_support",
        Object.fromEntries(Object.keys(evseBoardSupport.commands).map((name) => [name, () => {}])),
      );
      return {};
    })
    .add("connector_1", manifest, create, {
      config: { connector_id: 1, ...config },
      connections: { bsp: ["bsp/board_support"] },
    });
  bench.start();
  const heard = <T>(implementation: string, variable: string): { readonly t: number; readonly value: T }[] => {
    const values: { readonly t: number; readonly value: T }[] = [];
    bench.station.subscribe("connector_1", implementation, variable, (value) =>
      values.push({ t: bench.clock.nowMs() / 1000, value: value as T }),
    );
    return values;
  };
  const requests = heard<EnergyFlowRequest>("energy_grid", "energy_flow_request");
  const say = (variable: string, value: unknown): void => bench.publish("bsp/board_support", variable, value);
  const enforce = (uuid: string, ampere: number): unknown =>
    bench.command("connector_1/energy_grid", "enforce_limits", {
      value: {
        uuid,
        valid_for: 60,
        limits_root_side: { ac_max_current_A: { value: ampere, source: "tariff" } },
        schedule: [],
      },
    });
  return { bench, heard, requests, say, enforce };
}

t.test("what it wants is said every second, and at once where somebody waits for the answer", async (t) => {
  const { bench, requests, say } = station({ external_ready_to_start_charging: true });
  bench.at(0, () => say("capabilities", capabilities));
  bench.command("connector_1/evse", "external_ready_to_start_charging", {});
  bench.at(2.5, () => say("event", { event: "B" }));
  bench.at(4.7, () => say("event", { event: "A" }));
  bench.until(6);
  t.same(
    requests.map(({ t: at, value }) => `${at} ${value.evse_state}${value.priority_request ? " at once" : ""}`),
    [
      "0 Unplugged at once",
      "1 Unplugged",
      "2 Unplugged",
      "2.5 WaitForAuth at once",
      "3 WaitForAuth",
      "4 WaitForAuth",
      "4.7 Unplugged at once",
      "5 Unplugged",
      "6 Unplugged",
    ],
  );
  const [first, ...later] = requests.map(({ value }) => value);
  for (const { schedule_import, schedule_export, schedule_setpoints } of later) {
    t.equal(schedule_import, first?.schedule_import, "the same object, so that readers see at a glance: no news");
    t.equal(schedule_export, first?.schedule_export);
    t.equal(schedule_setpoints, first?.schedule_setpoints);
  }
});

t.test("limits for somebody else are not heard", async (t) => {
  const { bench, heard, say, enforce } = station();
  const limits = heard<{ max_current: number }>("evse", "limits");
  const enforced = heard<{ uuid: string }>("evse", "enforced_limits");
  bench.at(6, () => say("capabilities", capabilities));
  enforce("connector_2", 16);
  t.same([limits.at(-1)?.value.max_current ?? 0, enforced.length], [0, 0]);
  enforce("connector_1", 16);
  t.same([limits.at(-1)?.value.max_current, enforced.at(-1)?.value.uuid], [16, "connector_1"]);
});

t.test("the countdown of a random delay is published with what comes after it", async (t) => {
  const { bench, heard, say, enforce } = station({
    uk_smartcharging_random_delay_enable: true,
    uk_smartcharging_random_delay_max_duration: 600,
  });
  const countdown = heard<object>("random_delay", "countdown");
  bench.at(0, () => say("capabilities", capabilities));
  enforce("connector_1", 10);
  bench.at(6, () => say("event", { event: "B" }));
  bench.until(7);
  enforce("connector_1", 16);
  bench.command("connector_1/random_delay", "cancel", {});
  t.match(countdown, [
    {
      t: 7,
      value: {
        countdown_s: Number,
        current_limit_after_delay_A: 16,
        current_limit_during_delay_A: 10,
        start_time: "2026-01-01T00:00:07.000Z",
      },
    },
    { t: 7, value: { countdown_s: 0, current_limit_after_delay_A: 16, current_limit_during_delay_A: 10 } },
  ]);
});

t.test(
  "a derating for direct current is taken, with a word that it has no effect on alternating current",
  async (t) => {
    const { bench } = station();
    bench.command("connector_1/dc_external_derate", "set_external_derating", {
      derate: { max_export_power_W: 30_000 },
    });
    t.same(bench.warnings, ["evse.dc_derating_without_dc"]);
  },
);

t.test("phases the board can not switch to are an error in the log", async (t) => {
  const { bench, say } = station();
  bench.at(1, () => say("capabilities", capabilities));
  const limits_root_side = { ac_max_phase_count: { value: 1, source: "tariff" } };
  bench.command("connector_1/energy_grid", "enforce_limits", {
    value: { uuid: "connector_1", valid_for: 60, limits_root_side, schedule: [] },
  });
  t.same(bench.warnings, ["evse.phases_not_switchable"]);
});
