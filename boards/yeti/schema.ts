/**
 * What both sides say to each other, as protocol buffers (proto3, one `oneof payload` each way). Field numbers overlap
 * between the directions with different meaning.
 *
 * Source: Yeti facts, section 3.
 */

/** Values count from 0 in the order of their names. */
export interface EnumType {
  readonly names: readonly string[];
}

export interface MessageType {
  readonly fields: FieldTable;
}

export type FieldType = "bool" | "uint32" | "float" | "version" | EnumType | MessageType;

export interface Field {
  readonly id: number;
  readonly type: FieldType;
}

/** By the names of the schema, in ascending order of their numbers. */
export type FieldTable = Readonly<Record<string, Field>>;

/** Bytes of a version text that the controller accepts. */
export const longestVersionBytes = 50;

type Value<T extends FieldType> = T extends "bool"
  ? boolean
  : T extends "version"
    ? string
    : T extends "uint32" | "float"
      ? number
      : T extends { readonly names: readonly (infer N)[] }
        ? N
        : T extends { readonly fields: infer F extends FieldTable }
          ? { readonly [K in keyof F]?: Value<F[K]["type"]> }
          : never;

/** A message has exactly one member of its payload. */
type OneOf<F extends FieldTable> = { [K in keyof F]: { readonly [P in K]: Value<F[K]["type"]> } }[keyof F];

const message = <const F extends FieldTable>(fields: F) => ({ fields });
const enumeration = <const N extends readonly string[]>(...names: N) => ({ names });

const cpState = enumeration("STATE_A", "STATE_B", "STATE_C", "STATE_D", "STATE_E", "STATE_F");
const resetReason = enumeration("USER", "WATCHDOG");
const ppState = enumeration("STATE_NC", "STATE_13A", "STATE_20A", "STATE_32A", "STATE_70A", "STATE_FAULT");
const lockState = enumeration("UNDEFINED", "UNLOCKED", "LOCKED");

const firmwareUpdate = message({ invoke_rom_bootloader: { id: 1, type: "bool" } });

const keepAlive = message({
  time_stamp: { id: 1, type: "uint32" },
  hw_type: { id: 2, type: "uint32" },
  hw_revision: { id: 3, type: "uint32" },
  sw_version_string: { id: 6, type: "version" },
});

const keepAliveLo = message({
  /** Milliseconds since the controller booted. */
  time_stamp: { id: 1, type: "uint32" },
  hw_type: { id: 2, type: "uint32" },
  hw_revision: { id: 3, type: "uint32" },
  protocol_version_major: { id: 4, type: "uint32" },
  protocol_version_minor: { id: 5, type: "uint32" },
  sw_version_string: { id: 6, type: "version" },
  hwcap_max_current: { id: 7, type: "float" },
  hwcap_min_current: { id: 8, type: "float" },
  hwcap_max_phase_count: { id: 9, type: "uint32" },
  hwcap_min_phase_count: { id: 10, type: "uint32" },
  supports_changing_phases_during_charging: { id: 11, type: "bool" },
});

const errorFlags = message({
  diode_fault: { id: 1, type: "bool" },
  rcd_selftest_failed: { id: 2, type: "bool" },
  rcd_triggered: { id: 3, type: "bool" },
  ventilation_not_available: { id: 4, type: "bool" },
  connector_lock_failed: { id: 5, type: "bool" },
  cp_signal_fault: { id: 6, type: "bool" },
  over_current: { id: 7, type: "bool" },
});

const telemetry = message({
  cp_voltage_hi: { id: 1, type: "uint32" },
  cp_voltage_lo: { id: 2, type: "uint32" },
});

/** Volts, ampere, watt-hours, degrees Celsius, watts and hertz. */
const powerMeter = message({
  time_stamp: { id: 1, type: "uint32" },
  vrmsL1: { id: 2, type: "float" },
  vrmsL2: { id: 3, type: "float" },
  vrmsL3: { id: 4, type: "float" },
  irmsL1: { id: 5, type: "float" },
  irmsL2: { id: 6, type: "float" },
  irmsL3: { id: 7, type: "float" },
  irmsN: { id: 8, type: "float" },
  wattHrL1: { id: 9, type: "float" },
  wattHrL2: { id: 10, type: "float" },
  wattHrL3: { id: 11, type: "float" },
  totalWattHr: { id: 12, type: "float" },
  tempL1: { id: 13, type: "float" },
  tempL2: { id: 14, type: "float" },
  tempL3: { id: 15, type: "float" },
  tempN: { id: 16, type: "float" },
  wattL1: { id: 17, type: "float" },
  wattL2: { id: 18, type: "float" },
  wattL3: { id: 19, type: "float" },
  freqL1: { id: 20, type: "float" },
  freqL2: { id: 21, type: "float" },
  freqL3: { id: 22, type: "float" },
  phaseSeqError: { id: 23, type: "bool" },
});

export const everestToMcu = message({
  firmware_update: { id: 16, type: firmwareUpdate },
  keep_alive: { id: 100, type: keepAlive },
  /** true locks. */
  connector_lock: { id: 102, type: "bool" },
  /** Steps of 0.01 percent; 0 is F, 10000 and more X1. */
  pwm_duty_cycle: { id: 103, type: "uint32" },
  allow_power_on: { id: 104, type: "bool" },
  reset: { id: 105, type: "bool" },
  /** true = three phases, false = one. */
  set_number_of_phases: { id: 106, type: "bool" },
});

export const mcuToEverest = message({
  keep_alive: { id: 3, type: keepAliveLo },
  reset: { id: 101, type: resetReason },
  cp_state: { id: 102, type: cpState },
  /** true = the contactor is confirmed closed. */
  relais_state: { id: 103, type: "bool" },
  error_flags: { id: 104, type: errorFlags },
  telemetry: { id: 105, type: telemetry },
  pp_state: { id: 106, type: ppState },
  lock_state: { id: 107, type: lockState },
  power_meter: { id: 108, type: powerMeter },
});

export type EverestToMcu = OneOf<(typeof everestToMcu)["fields"]>;
export type McuToEverest = OneOf<(typeof mcuToEverest)["fields"]>;
export type McuPayloads = {
  readonly [K in keyof (typeof mcuToEverest)["fields"]]: Value<(typeof mcuToEverest)["fields"][K]["type"]>;
};
export type EverestPayloads = {
  readonly [K in keyof (typeof everestToMcu)["fields"]]: Value<(typeof everestToMcu)["fields"][K]["type"]>;
};
export type KeepAliveLo = McuPayloads["keep_alive"];
export type ErrorFlags = McuPayloads["error_flags"];
export type PowerMeter = McuPayloads["power_meter"];
