import t from "tap";
import { manifest as vehicleManifest } from "../../../boards/sim/ev-slac/manifest.ts";
import { create as createVehicle } from "../../../boards/sim/ev-slac/module.ts";
import { manifest as stationManifest } from "../../../boards/sim/evse-slac/manifest.ts";
import { create as createStation } from "../../../boards/sim/evse-slac/module.ts";
import { manifest } from "../../../boards/sim/slac-simulator/manifest.ts";
import { create } from "../../../boards/sim/slac-simulator/module.ts";
import { dcBench } from "./dc-bench.ts";

const arrangements = {
  "one simulator of both sides": {
    parts: { slac: { manifest, create } },
    station: "slac/evse",
    vehicle: "slac/ev",
    line: "slac",
    matchingFrom: 0,
  },
  "a module a side": {
    parts: {
      evse_slac: { manifest: stationManifest, create: createStation },
      ev_slac: { manifest: vehicleManifest, create: createVehicle, wires: { line: "evse_slac/vehicle" } },
    },
    station: "evse_slac/main",
    vehicle: "ev_slac/main",
    line: "evse_slac",
    /** A modem hears nothing of a vehicle that has not begun. */
    matchingFrom: 60_000,
  },
};

for (const [name, { parts, station, vehicle, line, matchingFrom }] of Object.entries(arrangements)) {
  const bench = () => {
    const world = dcBench(parts);
    const told = world.heard<unknown>(station, "state");
    const link = world.heard<boolean>(station, "dlink_ready");
    const vehicleLink = world.heard<boolean>(vehicle, "dlink_ready");
    const address = world.heard<string>(station, "ev_mac_address");
    const routine = world.heard<null>(station, "request_error_routine");
    world.ready();
    return { ...world, told, link, vehicleLink, address, routine };
  };

  t.test(`${name}: matches 2.25 s after the second of them has begun`, async (t) => {
    const { command, until, told, link, vehicleLink, address } = bench();
    command(station, "enter_bcd");
    until(60_000);
    t.equal(command(vehicle, "trigger_matching"), true);
    t.equal(command(vehicle, "trigger_matching"), false, "it runs already");
    until(70_000);
    t.same(told, [
      [matchingFrom, "MATCHING"],
      [62_250, "MATCHED"],
    ]);
    t.same(link, [[62_250, true]]);
    t.same(vehicleLink, [[62_250, true]]);
    t.match(address[0]?.[1], /^02(:[0-9A-F]{2}){5}$/);
  });

  t.test(`${name}: whichever side leaves, the link is gone for both`, async (t) => {
    const { command, until, told, link, vehicleLink } = bench();
    const match = (atMs: number) => {
      command(station, "enter_bcd");
      command(vehicle, "trigger_matching");
      until(atMs);
    };
    match(3000);
    command(station, "dlink_pause");
    t.equal(link.length, 1, "a pause keeps the network");
    command(station, "dlink_terminate");
    t.same(
      [link.at(-1), vehicleLink.at(-1)],
      [
        [3000, false],
        [3000, false],
      ],
    );
    match(6000);
    command(vehicle, "reset");
    t.same(
      [link.at(-1), vehicleLink.at(-1)],
      [
        [6000, false],
        [6000, false],
      ],
    );
    command(station, "reset", { enable: true });
    command(vehicle, "trigger_matching");
    command(station, "leave_bcd");
    until(20_000);
    t.same(told.at(-1), [6000, "UNMATCHED"]);
    command(station, "enter_bcd");
    until(30_000);
    t.same(told.at(-1), [22_250, "MATCHED"], "the vehicle had gone on looking");
  });

  t.test(`${name}: an attempt that fails asks for the error routine`, async (t) => {
    const { command, until, sim, told, link, routine } = bench();
    sim(line, "fail_matching");
    command(station, "enter_bcd");
    command(vehicle, "trigger_matching");
    until(5000);
    t.same(told.at(-1), [2250, "UNMATCHED"]);
    t.same(routine, [[2250, null]]);
    t.same(link, []);
    sim(line, "fail_matching", { value: false });
    command(station, "enter_bcd");
    command(vehicle, "trigger_matching");
    until(10_000);
    sim(line, "lose_link");
    t.same(link, [
      [7250, true],
      [10_000, false],
    ]);
  });
}
