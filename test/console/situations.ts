/** Situations in which a person asks why a vehicle does not charge, and what they have to be told. */
import { charging, unruly } from "../scenario/station-run.ts";
import type { ConsoleBench } from "./console-bench.ts";

export interface Situation {
  readonly name: string;
  /** A configuration of the scenarios. */
  readonly station: string;
  readonly set?: readonly string[];
  readonly bring: (bench: ConsoleBench) => void;
  /** How the answer begins, spaces and line ends as one space. */
  readonly told: string;
  /** And a line of its list. */
  readonly listed: string;
}

const chargingFrom = (bench: ConsoleBench, script = charging): void => {
  bench.ev(script);
  bench.runTo(20);
};

const raise = (bench: ConsoleBench, implementation: string, type: string): void =>
  bench.act({
    kind: "raise",
    module: "connector_1_powerpath",
    implementation,
    type,
    subType: "",
    severity: "High",
    message: "",
  });

export const situations: readonly Situation[] = [
  {
    name: "no car",
    station: "station",
    bring: (bench) => bench.runTo(5),
    told: "connector_1 does not charge: no vehicle is connected (pilot A).",
    listed: "NO   00:00:00  vehicle connected",
  },
  {
    name: "waiting for authorisation",
    station: "manual-token",
    bring: (bench) => chargingFrom(bench),
    told: "connector_1 does not charge: it waits for an authorisation.",
    listed: "NO   00:00:00  authorised",
  },
  {
    name: "token rejected",
    station: "manual-token",
    set: ["token_validator.validation_result=Blocked"],
    bring(bench) {
      chargingFrom(bench);
      bench.type("authorize 04A1B2C3");
      bench.runTo(30);
    },
    told: "connector_1 does not charge: token ..B2C3 was not accepted (Rejected, 00:09 ago); it waits for an authorisation.",
    listed: "NO   00:00:00  authorised",
  },
  {
    name: "no energy",
    station: "station",
    bring(bench) {
      chargingFrom(bench);
      bench.type("set limit 0");
      bench.runTo(40);
    },
    told: "connector_1 does not charge: no energy: 0.0 A is left for it, and only more than 5.9 A can be offered.",
    listed: "NO   00:00:20  energy",
  },
  {
    name: "paused by the user",
    station: "station",
    bring(bench) {
      chargingFrom(bench);
      bench.type("pause");
      bench.runTo(30);
    },
    told: "connector_1 does not charge: paused by the user.",
    listed: "NO   00:00:20  not paused by the user",
  },
  {
    name: "paused by the car",
    station: "station",
    bring(bench) {
      chargingFrom(bench);
      bench.ev("pause;sleep 36000");
      bench.runTo(30);
    },
    told: "connector_1 does not charge: paused by the vehicle (pilot B).",
    listed: "NO   00:00:20  vehicle asks for power",
  },
  {
    name: "error active: the contactor is welded",
    station: "station",
    bring(bench) {
      chargingFrom(bench);
      bench.sim("connector_1_powerpath", "relay_welded", { value: true });
      bench.type("pause");
      bench.runTo(40);
    },
    told: "connector_1 does not charge: error: evse_board_support/MREC17EVSEContactorFault (High, bsp): mirror contact",
    listed: "NO   00:00:20  no error                  error: evse_board_support/",
  },
  {
    name: "error active: residual current",
    station: "station",
    bring(bench) {
      chargingFrom(bench);
      raise(bench, "rcd", "ac_rcd/MREC2GroundFailure");
      bench.runTo(40);
    },
    told: "connector_1 does not charge: error: ac_rcd/MREC2GroundFailure (High, ac_rcd).",
    listed: "NO   00:00:20  no error",
  },
  {
    name: "error active: the lock",
    station: "station",
    bring(bench) {
      raise(bench, "connector_lock", "connector_lock/ConnectorLockFailedLock");
      chargingFrom(bench);
    },
    told: "connector_1 does not charge: error: connector_lock/ConnectorLockFailedLock (High, connector_lock).",
    listed: "NO   00:00:00  no error                  error: connector_lock/",
  },
  {
    name: "disabled",
    station: "station",
    bring(bench) {
      chargingFrom(bench);
      bench.type("disable");
      bench.runTo(40);
    },
    told: "connector_1 does not charge: disabled by ServiceTechnician, priority 1.",
    listed: "NO   00:00:20  enabled",
  },
  {
    name: "reserved for another",
    station: "manual-token",
    bring(bench) {
      bench.runTo(1);
      bench.type("reserve OWNER-01");
      chargingFrom(bench);
      bench.type("authorize 04A1B2C3");
      bench.runTo(30);
    },
    told: "connector_1 does not charge: reserved, no. 1: only the token it is reserved for may charge.",
    listed: "NO   00:00:01  not reserved for another",
  },
  {
    name: "waiting for the 10 s from one closing to the next",
    station: "charge-control-c",
    bring(bench) {
      bench.ev("sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000");
      bench.runTo(7);
    },
    told: "connector_1 does not charge: the contactor rests between two closings: 3.0 s to go.",
    listed: "NO   00:00:02  10 s from closing to closing",
  },
  {
    name: "over-current",
    station: "station",
    bring(bench) {
      chargingFrom(bench, unruly);
      bench.type("set limit 8");
      bench.runTo(60);
    },
    told: "connector_1 does not charge: over-current: the vehicle drew more than it was offered; it has to be pulled.",
    listed: "NO   00:00:27  current within the offer",
  },
  {
    name: "link to the board lost",
    station: "yeti",
    bring(bench) {
      chargingFrom(bench);
      bench.sim("bsp", "silence", { value: true });
      bench.runTo(40);
    },
    told: "connector_1 does not charge: the link to the board is lost: the controller has not been heard for 5 s.",
    listed: "NO   00:00:24  board answers",
  },
];
