/**
 * Every fault of a Charge Control C (facts, sections 3 to 8): how it is caused below the shipped drivers while a vehicle
 * is there, what a person sees of it, what becomes of the session, and how it is over. A vehicle is plugged in at 1 s, its
 * contactor closes at 10 s.
 */
import { charging, command, script, sim, unplug } from "./station-run.ts";

export interface FaultStory {
  readonly fault: string;
  readonly steps: readonly object[];
  readonly set?: readonly string[];
  readonly until: number;
  /** What board and lock tell, each not before its instant and within 0.15 s of it. */
  readonly errors: readonly (readonly [atS: number, told: string])[];
  /** The contactor's commands and confirmations of the whole story. */
  readonly contactor: string;
  /** What the station last made of the pilot. */
  readonly pilot: "F" | "X1" | "53.33" | "16.67";
  /** The plug at the end. */
  readonly locked: boolean;
}

const board = (at_s: number, name: string, args: object = {}): object => sim(at_s, name, args, "bsp");
const lock = (at_s: number, name: string, args: object = {}): object => sim(at_s, name, args, "plug_lock");
const restart = (at_s: number): object => sim(at_s, "kill", { restart_s: 1 }, "evsed");
const over = { value: false };
const secondary = (wiring: string): string[] => [
  `bsp.switch_3ph1ph_wiring=${wiring}`,
  "bsp.contactor_2_feedback_type=no",
];

const opened = "close closed open opened";
const anew = "close closed open opened close closed";
const never = "close open";

export const faultStories: readonly FaultStory[] = [
  // -- Section 3 --
  {
    fault: "pilot too low",
    steps: [board(12, "cp_voltage", { value: -5 }), board(14, "cp_voltage", { value: null })],
    until: 22,
    errors: [
      [12, "raise MREC14PilotFault CPOutOfRange"],
      [14, "clear MREC14PilotFault CPOutOfRange"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "pilot too high",
    steps: [board(12, "cp_voltage", { value: 14 }), board(14, "cp_voltage", { value: null })],
    until: 22,
    errors: [
      [12, "raise MREC14PilotFault CPOutOfRange"],
      [14, "clear MREC14PilotFault CPOutOfRange"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "pilot too high before anybody charges",
    steps: [board(0, "cp_voltage", { value: 14 }), board(3, "cp_voltage", { value: null })],
    until: 13,
    errors: [
      [0.2, "raise MREC14PilotFault CPOutOfRange"],
      [3, "clear MREC14PilotFault CPOutOfRange"],
    ],
    contactor: "close closed",
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "pilot shorted to earth",
    steps: [board(12, "cp_voltage", { value: 0 }), board(14, "cp_voltage", { value: null })],
    until: 22,
    errors: [
      [12, "raise MREC14PilotFault CPShortFault"],
      [14, "clear MREC14PilotFault CPShortFault"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "diode",
    steps: [script(12, "diode_fail;sleep 3600"), script(14, "unplug"), script(15, charging)],
    until: 26,
    errors: [
      [12, "raise DiodeFault"],
      [12, "raise MREC14PilotFault CPShortFault"],
      [12, "clear MREC14PilotFault CPShortFault"],
      [14, "clear DiodeFault"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "ventilation",
    // By the facts it is over as soon as the low half is not there: 3 V held from outside shows none in F.
    steps: [board(12, "cp_voltage", { value: 3 }), board(12.1, "cp_voltage", { value: null })],
    until: 22,
    errors: [
      [12, "raise VentilationNotAvailable"],
      [12, "clear VentilationNotAvailable"],
      [12.1, "raise VentilationNotAvailable"],
      [12.1, "clear VentilationNotAvailable"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  // -- Section 4 --
  {
    fault: "proximity pin out of range",
    steps: [board(12.1, "pp_voltage", { value: 0.5 }), board(14.1, "pp_voltage", { value: null })],
    until: 22,
    errors: [
      [12.5, "raise MREC23ProximityFault MeasurementError"],
      [14.5, "clear MREC23ProximityFault MeasurementError"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "proximity pin out of range from the start",
    steps: [board(0, "pp_voltage", { value: 0.5 }), board(3.1, "pp_voltage", { value: null })],
    until: 13,
    errors: [
      [0.5, "raise MREC23ProximityFault MeasurementError"],
      [3.5, "clear MREC23ProximityFault MeasurementError"],
    ],
    contactor: "close closed",
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "plug pulled and pushed back",
    steps: [board(12.1, "pp_removed"), board(14.1, "pp_removed", over)],
    until: 22,
    errors: [
      [12.5, "raise MREC23ProximityFault PlugRemoval"],
      [14.5, "clear MREC23ProximityFault PlugRemoval"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "plug pulled, the vehicle leaves",
    steps: [board(12.1, "pp_removed"), unplug(14), board(15, "pp_removed", over), script(16, charging)],
    until: 26,
    errors: [
      [12.5, "raise MREC23ProximityFault PlugRemoval"],
      [14, "clear MREC23ProximityFault PlugRemoval"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  // -- Section 5 --
  {
    fault: "contactor does not close",
    steps: [
      board(0, "relay_stuck_open"),
      unplug(12),
      board(13, "relay_stuck_open", over),
      restart(14),
      script(17, charging),
    ],
    until: 28,
    errors: [[10.2, "raise MREC17EVSEContactorFault"]],
    contactor: "close open close closed",
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "contactor closes too late",
    steps: [board(0, "relay_slow", { value: 300 })],
    until: 13,
    errors: [[10.2, "raise MREC17EVSEContactorFault"]],
    contactor: never,
    pilot: "X1",
    locked: true,
  },
  {
    fault: "contactor opens too late",
    steps: [board(11, "relay_slow", { value: 300 }), unplug(12)],
    until: 14,
    errors: [[12.25, "raise MREC17EVSEContactorFault"]],
    contactor: opened,
    pilot: "F",
    locked: false,
  },
  {
    fault: "contactor welds",
    steps: [board(11, "relay_welded"), unplug(12)],
    until: 14,
    errors: [[12.25, "raise MREC17EVSEContactorFault"]],
    contactor: "close closed open",
    pilot: "X1",
    locked: true,
  },
  {
    fault: "contactor opens by itself",
    steps: [board(12, "relay_stuck_open")],
    until: 14,
    errors: [[12, "raise MREC17EVSEContactorFault"]],
    contactor: opened,
    pilot: "X1",
    locked: true,
  },
  {
    fault: "contactor closes by itself",
    steps: [unplug(12), board(13, "relay_welded")],
    until: 15,
    errors: [[13, "raise MREC17EVSEContactorFault"]],
    contactor: "close closed open opened closed",
    pilot: "F",
    locked: true,
  },
  {
    fault: "contactor closed at the start",
    steps: [board(0, "relay_welded")],
    until: 12,
    errors: [[0.25, "raise MREC17EVSEContactorFault"]],
    contactor: "closed",
    pilot: "F",
    locked: true,
  },
  ...["serial", "simultaneous"].map((wiring) => ({
    fault: `second contactor does not close, ${wiring}`,
    set: secondary(wiring),
    steps: [board(0, "relay_stuck_open", { relay: 2 })],
    until: 13,
    errors: [[10.2, "raise MREC17EVSEContactorFault"]] as const,
    contactor: "close open closed opened",
    pilot: "X1" as const,
    locked: true,
  })),
  ...["serial", "simultaneous"].map((wiring) => ({
    fault: `second contactor welds, ${wiring}`,
    set: secondary(wiring),
    steps: [board(11, "relay_welded", { relay: 2 }), unplug(12)],
    until: 14,
    errors: [[12.25, "raise MREC17EVSEContactorFault"]] as const,
    contactor: "close closed open",
    pilot: "X1" as const,
    locked: true,
  })),
  {
    fault: "contactor for one phase closes beside the one for three",
    set: secondary("mutual"),
    steps: [board(12, "relay_welded", { relay: 2 })],
    until: 14,
    errors: [[12, "raise MREC17EVSEContactorFault"]],
    contactor: "close closed open",
    pilot: "X1",
    locked: true,
  },
  // -- Section 6 --
  ...[true, false].map((activeLow) => ({
    fault: `residual current, monitor active ${activeLow ? "low" : "high"}`,
    set: [`bsp.rcm_fault_active_low=${activeLow}`],
    steps: [board(12, "rcm"), board(14, "rcm", over)],
    until: 22,
    errors: [
      [12, "raise MREC2GroundFailure"],
      [12, "raise MREC2GroundFailure"],
      [14, "clear MREC2GroundFailure"],
      [14, "clear MREC2GroundFailure"],
    ] as const,
    contactor: anew,
    pilot: "53.33" as const,
    locked: true,
  })),
  // -- Section 7 --
  {
    fault: "threshold that no input reaches: a monitor with a broken wire",
    set: ["digital_inputs.threshold_voltage=12000"],
    steps: [],
    until: 12,
    errors: [
      [1, "raise MREC2GroundFailure"],
      [1, "raise MREC2GroundFailure"],
    ],
    contactor: "",
    pilot: "F",
    locked: false,
  },
  // -- Section 8 --
  {
    fault: "capacitors not charged before the first movement",
    steps: [lock(0, "capacitor_flat"), lock(12, "capacitor_flat", over)],
    until: 20,
    errors: [
      [6, "raise ConnectorLockCapNotCharged"],
      [14.5, "clear ConnectorLockCapNotCharged"],
    ],
    contactor: "close open close closed",
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "capacitors not charged before another one",
    steps: [
      lock(12, "capacitor_flat"),
      unplug(13),
      lock(20, "capacitor_flat", over),
      command(24, "force_unlock", { connector_id: 1 }),
      script(26, charging),
    ],
    until: 30,
    errors: [
      [18, "raise ConnectorLockCapNotCharged"],
      [23, "clear ConnectorLockCapNotCharged"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "lock does not lock",
    steps: [lock(0, "lock_stuck"), lock(5, "lock_stuck", over), unplug(12), script(15, charging)],
    until: 20,
    errors: [
      [3.1, "raise ConnectorLockFailedLock"],
      [12.6, "clear ConnectorLockFailedLock"],
    ],
    contactor: "close open close closed",
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "lock does not unlock",
    steps: [
      lock(12, "lock_stuck"),
      unplug(13),
      lock(15, "lock_stuck", over),
      command(16, "force_unlock", { connector_id: 1 }),
      script(20, charging),
    ],
    until: 26,
    errors: [
      [13.6, "raise ConnectorLockFailedUnlock"],
      [16.6, "clear ConnectorLockFailedUnlock"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "lock opened by hand",
    steps: [lock(11.5, "lock_moved", over), lock(13.5, "lock_moved", { value: true })],
    until: 22,
    errors: [
      [12, "raise ConnectorLockUnexpectedOpen"],
      [14, "clear ConnectorLockUnexpectedOpen"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
  {
    fault: "lock closed by hand",
    steps: [
      unplug(12),
      lock(13.5, "lock_moved", { value: true }),
      lock(15.5, "lock_moved", over),
      script(17, charging),
    ],
    until: 24,
    errors: [
      [14, "raise ConnectorLockUnexpectedClose"],
      [16, "clear ConnectorLockUnexpectedClose"],
    ],
    contactor: anew,
    pilot: "53.33",
    locked: true,
  },
];
