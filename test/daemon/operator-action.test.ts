import t from "tap";
import { createOperator } from "../../src/daemon/operator.ts";
import type { StationRequest } from "../../src/daemon/operator-action.ts";
import { cardsOf, operatorAction } from "../../src/daemon/operator-action.ts";
import type { EventLine } from "../../src/runtime/event-line.ts";
import { demoStation } from "../console/demo-station.ts";
import { plan } from "../console/lines.ts";

const wallMs = Date.parse("2026-01-01T00:00:00Z");

t.test("requests are the actions of a scenario", async (t) => {
  const { station, cars } = await demoStation("two-connectors-simulated.yaml");
  const world = {
    plans: () => station.plans(),
    manifest: (id: string) => station.manifest(id),
    cars: [...cars.keys()],
    wallMs,
  };
  const connector = "connector_2";
  const evse = { kind: "command", module: connector, implementation: "evse", args: {} };
  const limits = {
    kind: "command",
    module: "connector_2_wire",
    implementation: "external_limits",
    name: "set_external_limits",
  };
  const auth = { kind: "command", module: "auth", implementation: "main" };
  const technician = (enable_state: string): object => ({
    enable_source: "ServiceTechnician",
    enable_state,
    enable_priority: 1,
  });
  const reservation = { kind: "command", module: "auth", implementation: "reservation" };
  const table: readonly [request: StationRequest, action: object][] = [
    [
      { kind: "swipe", connector, token: "AA01" },
      {
        kind: "publish",
        module: "token_provider_2",
        implementation: "main",
        variable: "provided_token",
        value: { id_token: { value: "AA01", type: "ISO14443" }, authorization_type: "RFID", connectors: [2] },
      },
    ],
    [
      { kind: "plugIn", connector },
      { kind: "ev", connector: 2, script: "iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3" },
    ],
    [
      { kind: "unplug", connector },
      { kind: "ev", connector: 2, script: "unplug" },
    ],
    [
      { kind: "pause", connector },
      { ...evse, name: "pause_charging" },
    ],
    [
      { kind: "resume", connector },
      { ...evse, name: "resume_charging" },
    ],
    [
      { kind: "stop", connector },
      { ...evse, name: "stop_transaction", args: { request: { reason: "Local" } } },
    ],
    [
      { kind: "disable", connector },
      { ...evse, name: "enable_disable", args: { connector_id: 0, cmd_source: technician("Disable") } },
    ],
    [
      { kind: "enable", connector },
      { ...evse, name: "enable_disable", args: { connector_id: 0, cmd_source: technician("Unassigned") } },
    ],
    [
      { kind: "enableAlways", connector },
      { ...evse, name: "enable_disable", args: { connector_id: 0, cmd_source: technician("Enable") } },
    ],
    [
      { kind: "randomDelay", connector, isOn: false },
      { ...evse, implementation: "random_delay", name: "disable" },
    ],
    [
      { kind: "connectionTimeout", connector, seconds: 60 },
      { ...auth, name: "set_connection_timeout", args: { connection_timeout: 60 } },
    ],
    [
      { kind: "masterPassGroup", connector, group: "MASTERS" },
      { ...auth, name: "set_master_pass_group_id", args: { master_pass_group_id: "MASTERS" } },
    ],
    [
      { kind: "limit", connector, currentA: 7.5 },
      {
        ...limits,
        args: {
          value: {
            schedule_import: [
              {
                timestamp: "2026-01-01T00:00:00.000Z",
                limits_to_root: { ac_max_current_A: { value: 7.5, source: "live_view" } },
                limits_to_leaves: {},
              },
            ],
            schedule_export: [],
            schedule_setpoints: [],
          },
        },
      },
    ],
    [
      { kind: "limit", connector, currentA: null },
      { ...limits, args: { value: { schedule_import: [], schedule_export: [], schedule_setpoints: [] } } },
    ],
    [
      { kind: "reserve", connector, token: "AA01", minutes: 15, reservationId: 4 },
      {
        ...reservation,
        name: "reserve_now",
        args: {
          request: { reservation_id: 4, id_token: "AA01", expiry_time: "2026-01-01T00:15:00.000Z", evse_id: 2 },
        },
      },
    ],
    [
      { kind: "cancelReservation", connector, reservationId: 4 },
      { ...reservation, name: "cancel_reservation", args: { reservation_id: 4 } },
    ],
  ];
  for (const [request, action] of table) t.match(operatorAction(request, world), { action }, request.kind);

  // A reader that reads real cards is not told what it reads; in its name a token may still be presented.
  const withReader = {
    ...world,
    plans: () =>
      station.plans().map((known) => (known.type === "DummyTokenProvider" ? { ...known, type: "Reader" } : known)),
  };
  t.match(operatorAction({ kind: "swipe", connector, token: "AA01" }, withReader), {
    complaint: "no token provider here can be told of …01",
  });
  t.match(operatorAction({ kind: "authorize", connector, token: "AA01" }, withReader), {
    action: { kind: "publish", module: "token_provider_2", variable: "provided_token" },
  });
  t.match(operatorAction({ kind: "swipe", connector, token: "7".repeat(37) }, world), {
    complaint: /^token_provider_2 refuses provided_token: /,
  });
  t.match(operatorAction({ kind: "plugIn", connector }, { ...world, cars: [1] }), {
    complaint: "connector_2 has no simulated vehicle",
  });
  t.same(cardsOf(station.plans()), ["DEADBEEF01", "DEADBEEF02", "VISITOR-0001", "VISITOR-0002"]);
});

t.test("a station without authorisation and energy tree says so", async (t) => {
  const world = { plans: () => [plan("connector_1")], manifest: () => undefined, cars: [], wallMs };
  const connector = "connector_1";
  for (const [request, complaint] of [
    [{ kind: "swipe", connector, token: "AA01" }, "no Auth serves connector_1: nobody reads cards"],
    [{ kind: "limit", connector, currentA: 6 }, "no EnergyNode stands above connector_1"],
    [{ kind: "reserve", connector, token: "A", minutes: 1, reservationId: 1 }, "no Auth serves connector_1"],
  ] as const) {
    t.same(operatorAction(request, world), { complaint });
  }
});

t.test("a car comes, pays, is limited, paused, resumed and leaves, all by keys", async (t) => {
  const demo = await demoStation("two-connectors-simulated.yaml");
  const operator = createOperator(demo.station, demo.cars, true);
  const connector = "connector_2";
  const at = (untilS: number, request: StationRequest): void => {
    demo.run(untilS);
    t.equal(operator.perform(request), null, request.kind);
  };
  const last = (kind: string, module = connector): EventLine["fields"] | undefined =>
    demo.lines.findLast((line) => line.kind === kind && line.module === module)?.fields;

  at(0.5, { kind: "unplug", connector });
  at(2, { kind: "reserve", connector, token: "VISITOR-0001", minutes: 10, reservationId: 1 });
  t.match(last("command_result", "auth"), { name: "reserve_now", result: "Accepted" });
  at(3, { kind: "plugIn", connector });
  demo.run(5);
  t.match(last("state"), { to: "WaitingForAuthentication" }, "its own card is refused: the connector is reserved");
  at(5, { kind: "swipe", connector, token: "VISITOR-0001" });
  demo.run(10);
  t.match(last("state"), { to: "Charging" });
  at(10, { kind: "limit", connector, currentA: 7 });
  demo.run(12);
  t.match(last("limits"), { max_current: 7 });
  at(12, { kind: "limit", connector, currentA: null });
  demo.run(20);
  t.match(last("limits"), { max_current: 10 }, "half of the fuse again");
  at(20, { kind: "pause", connector });
  demo.run(30);
  t.match(last("state"), { to: "ChargingPausedEVSE" });
  at(30, { kind: "resume", connector });
  demo.run(40);
  t.match(last("state"), { to: "Charging" });
  at(40, { kind: "unplug", connector });
  demo.run(45);
  t.match(last("state"), { to: "Idle" });
});
