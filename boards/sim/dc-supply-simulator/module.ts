/**
 * A simulated DC supply. Its output is the circuit's: it moves with a ramp, discharges when it is off, and delivers a
 * current only where a vehicle takes it. Off takes the current away in the turn of the command.
 *
 * Source: simulation facts, section 4; DC power supply facts, section 2.
 */
import type * as v from "valibot";
import type { Timer } from "../../../hal/clock.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { SupplyMode, VoltageCurrent } from "../../../src/core/dc/power-supply.ts";
import type { Source } from "../dc-circuit/circuit.ts";
import { readCircuit } from "../dc-circuit/port.ts";
import type { SupplyFault } from "./faults.ts";
import type { manifest } from "./manifest.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

const telemetryIntervalMs = 250;
/** A supply that hears nothing any more goes off by itself. */
const communicationTimeoutMs = 1000;
const amperesPerSecond = 200;
const toleranceA = 2;
const rippleA = 2;

interface Setpoint {
  readonly voltage: number;
  readonly current: number;
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
const clamped = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock } = context;
  const config = context.implementationConfig("main");
  const [circuit] = context.require("dc_circuit");

  /** As commanded; while nobody can reach the supply it is what it will be told first. */
  let wanted: Extract<SupplyMode, "Off" | "Export" | "Import"> = "Off";
  let exported: Setpoint = { voltage: config.min_voltage, current: 0 };
  let imported: Setpoint = { voltage: config.min_voltage, current: 0 };
  let reachable = true;
  let toldMode: SupplyMode | null = null;
  let source: Source["mode"] = "off";
  let voltsPerSecond = 500;
  let errorV = 0;
  let measurementErrorV = 0;
  let silent = false;
  let frozen: { readonly output: VoltageCurrent; readonly exportedWh: number; readonly importedWh: number } | null =
    null;
  let mostA = config.max_current;
  let mostW = config.max_power;
  const faults = new Set<SupplyFault>();
  let timer: Timer | null = null;
  let lonely: Timer | null = null;

  const main = context.provide("main", {
    setMode: ({ mode }) => {
      wanted = mode === "Fault" || (mode === "Import" && !config.bidirectional) ? "Off" : mode;
      apply();
    },
    setExportVoltageCurrent: (setpoint) => {
      exported = setpoint;
      apply();
    },
    setImportVoltageCurrent: (setpoint) => {
      imported = setpoint;
      apply();
    },
  });

  const notSupported = { status: "NOT_SUPPORTED" } as const;
  const meter = context.provide("powermeter", {
    start_transaction: (_, reply) => reply(notSupported),
    stop_transaction: (_, reply) => reply(notSupported),
  });

  const isFaulty = (): boolean =>
    [...faults].some((fault) => fault !== "VendorWarning" && fault !== "CommunicationFault");

  /** Brings the output to what was commanded, where the supply hears it and is able to. */
  function apply(): void {
    if (!reachable) return;
    const mode = isFaulty() ? "Off" : wanted;
    drive(mode === "Export" ? "export" : mode === "Import" ? "import" : "off");
    tellMode(isFaulty() ? "Fault" : mode);
  }

  function drive(mode: Source["mode"]): void {
    source = mode;
    const { voltage, current } = mode === "import" ? imported : exported;
    circuit?.call("drive", {
      source: {
        mode,
        voltageV: clamped(voltage, config.min_voltage, config.max_voltage),
        currentA: Math.min(mostA, Math.max(config.min_current, current)),
        powerW: mostW,
        voltsPerSecond,
        amperesPerSecond,
        errorV,
      },
    });
  }

  function tellMode(mode: SupplyMode): void {
    if (mode === toldMode) return;
    toldMode = mode;
    main.publish("mode", mode);
  }

  function tellCapabilities(): void {
    main.publish("capabilities", {
      bidirectional: config.bidirectional,
      max_export_voltage_V: config.max_voltage,
      min_export_voltage_V: config.min_voltage,
      max_export_current_A: mostA,
      min_export_current_A: config.min_current,
      max_export_power_W: mostW,
      current_regulation_tolerance_A: toleranceA,
      peak_current_ripple_A: rippleA,
      max_import_voltage_V: config.max_voltage,
      min_import_voltage_V: config.min_voltage,
      max_import_current_A: mostA,
      min_import_current_A: config.min_current,
      max_import_power_W: mostW,
      nominal_max_export_voltage_V: config.nominal_max_voltage,
      nominal_min_export_voltage_V: config.nominal_min_voltage,
      nominal_max_export_current_A: config.nominal_max_current,
      nominal_min_export_current_A: config.nominal_min_current,
      nominal_max_export_power_W: config.nominal_max_export_power,
      nominal_max_import_voltage_V: config.nominal_max_voltage,
      nominal_min_import_voltage_V: config.nominal_min_voltage,
      nominal_max_import_current_A: config.nominal_max_current,
      nominal_min_import_current_A: config.nominal_min_current,
      nominal_max_import_power_W: config.nominal_max_import_power,
      conversion_efficiency_import: 0.85,
      conversion_efficiency_export: 0.9,
    });
  }

  function measured(): NonNullable<typeof frozen> {
    const { supplyV, currentA, exportedWh, importedWh } = readCircuit(circuit);
    const output = { voltage_V: rounded(supplyV + measurementErrorV, 2), current_A: rounded(currentA, 2) };
    return { output, exportedWh, importedWh };
  }

  function tell(): void {
    if (silent || !reachable) return;
    const { output, exportedWh, importedWh } = frozen ?? measured();
    main.publish("voltage_current", output);
    meter.publish("powermeter", {
      timestamp: new Date(clock.wallTimeMs()).toISOString(),
      meter_id: "DC_POWERMETER",
      energy_Wh_import: { total: rounded(exportedWh, 2) },
      energy_Wh_export: { total: rounded(importedWh, 2) },
      power_W: { total: rounded(output.voltage_V * output.current_A, 1) },
      voltage_V: { DC: output.voltage_V },
      current_A: { DC: output.current_A },
    });
  }

  function telemetry(atMs: number): void {
    timer = clock.schedule("supply telemetry", atMs, () => {
      tell();
      telemetry(Math.max(atMs + telemetryIntervalMs, clock.nowMs()));
    });
  }

  /** It goes off after its own timeout, and is told the last mode and setpoint again before the fault is over. */
  function setReachable(value: boolean): void {
    reachable = value;
    lonely?.cancel();
    if (!value) lonely = clock.schedule("supply unheard", clock.nowMs() + communicationTimeoutMs, () => drive("off"));
    else apply();
  }

  function setFault(type: SupplyFault, active: boolean): void {
    if (active) faults.add(type);
    else faults.delete(type);
    if (type === "CommunicationFault") setReachable(!active);
    else apply();
    const severity = type === "VendorWarning" ? "Low" : "High";
    if (active) main.raise({ type: `power_supply_DC/${type}`, severity, message: "injected" });
    else main.clear(`power_supply_DC/${type}`);
  }

  const sim: SimHandlers = {
    set_voltage_error: ({ value }) => {
      errorV = value;
      drive(source);
    },
    set_ramp: ({ value }) => {
      voltsPerSecond = value;
      drive(source);
    },
    set_measurement_error: ({ value }) => {
      measurementErrorV = value;
    },
    fault: ({ type, value }) => setFault(type, value),
    set_capabilities: ({ max_current_A, max_power_W }) => {
      mostA = Math.min(max_current_A ?? config.max_current, config.max_current);
      mostW = Math.min(max_power_W ?? config.max_power, config.max_power);
      drive(source);
      tellCapabilities();
    },
    silence: ({ value }) => {
      silent = value;
    },
    freeze: ({ value }) => {
      frozen = value ? measured() : null;
    },
  };

  function tellEverything(): void {
    toldMode = null;
    tellCapabilities();
    apply();
    timer?.cancel();
    telemetry(clock.nowMs());
  }

  return {
    ready: tellEverything,
    stop() {
      wanted = "Off";
      apply();
      timer?.cancel();
      lonely?.cancel();
    },
    hostLost() {
      wanted = "Off";
      timer?.cancel();
      setReachable(false);
    },
    hostBack() {
      reachable = !faults.has("CommunicationFault");
      lonely?.cancel();
      tellEverything();
    },
    sim,
  };
};
