import { defineManifest } from "../../../../hal/manifest.ts";
import { manifest as meterManifest } from "../../../modbus/carlo-gavazzi-em580/manifest.ts";
import { meterSim } from "../../../modbus/meter-sim.ts";
import { modbusBus } from "../bus.ts";

export const manifest = defineManifest({
  type: "Em580World",
  description: "The meter below a CarloGavazzi_EM580, with its records of transactions",
  config: meterManifest.provides.main.config,
  provides: {},
  requires: { serial_comm_hub: { port: modbusBus } },
  sim: meterSim,
});
