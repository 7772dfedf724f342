import * as v from "valibot";
import { iso15118Ev } from "../../../hal/iso15118-ev.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { finite, positive } from "../../../hal/values.ts";
import { dcCircuit } from "../dc-circuit/port.ts";
import { unusedFlag, unusedText } from "../v2g/charger-provisions.ts";
import { v2gLine } from "../v2g/line.ts";
import { vehicleSteps } from "../v2g/vehicle-talk.ts";

const speaks = (what: string) =>
  ({ type: "boolean", default: false, description: `The vehicle speaks ${what}` }) as const;

export const manifest = defineManifest({
  type: "PyEvJosev",
  description: "High-level communication by DIN 70121 and ISO 15118, the vehicle's side; simulated only",
  config: {
    device: unusedText("eth0", "Network device"),
    supported_DIN70121: speaks("DIN 70121"),
    supported_ISO15118_2: speaks("ISO 15118-2"),
    supported_ISO15118_20_AC: speaks("ISO 15118-20 with AC"),
    supported_ISO15118_20_DC: speaks("ISO 15118-20 with DC"),
    tls_active: unusedFlag(false, "Encrypt"),
    enforce_tls: unusedFlag(false, "Speak to no station without encryption"),
    is_cert_install_needed: unusedFlag(false, "Have the contract certificate installed by the station"),
    enable_tls_1_3: unusedFlag(false, "Encrypt by TLS 1.3"),
    is_internet_service_needed: unusedFlag(false, "Ask for internet access"),
    request_all_service_details: unusedFlag(false, "Ask for the details of all services"),
    select_all_vas_services: unusedFlag(false, "Select all services"),
    evcc_id: {
      type: "string",
      default: "",
      description: "EVCCID of the vehicle, six octets in hexadecimal; a random one when empty",
    },
    supported_d20_energy_services: {
      type: "string",
      default: "DC,DC_BPT",
      description: "Services of ISO 15118-20 with DC, best first: DC, DC_BPT, MCS, MCS_BPT",
    },
  },
  provides: { ev: { port: iso15118Ev, description: "The vehicle's side" } },
  requires: {
    power_line: { port: v2gLine, min: 0, description: "The station's stack; connected by itself" },
    dc_circuit: { port: dcCircuit, min: 0, description: "Inlet and battery; connected by itself" },
  },
  sim: {
    misbehave: {
      description: "At a step the vehicle hangs up, falls silent, or ends in good order; null: at none",
      args: v.strictObject({
        at: v.nullable(v.picklist(vehicleSteps)),
        how: v.optional(v.picklist(["abort", "silence", "stop", "pause"]), "abort"),
      }),
    },
    demand: {
      description: "In the charge loop it asks for these, whatever it told and was told; null: for what it needs",
      args: v.strictObject({
        voltage_V: v.optional(v.nullable(v.pipe(finite, v.minValue(-2), v.maxValue(1500))), null),
        current_A: v.optional(v.nullable(v.pipe(finite, v.minValue(-10_000), v.maxValue(10_000))), null),
      }),
    },
    close_early: {
      description: "It closes its contactor whatever its inlet shows",
      args: v.strictObject({ value: v.optional(v.boolean(), true) }),
    },
    set_battery_voltage: {
      description: "The battery stands at `value` volts; null: where its target says",
      args: v.strictObject({ value: v.nullable(positive) }),
    },
    open_contactor: { description: "The vehicle's contactor opens under load", args: v.strictObject({}) },
  },
});
