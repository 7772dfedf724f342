import { defineManifest } from "../../../../hal/manifest.ts";
import { manifest as meterManifest } from "../../../modbus/generic-powermeter/manifest.ts";
import { meterSim } from "../../../modbus/meter-sim.ts";
import { modbusBus } from "../bus.ts";

export const manifest = defineManifest({
  type: "ModbusMeterWorld",
  description: "The meter below a GenericPowermeter: its registers, as its model has them",
  config: meterManifest.provides.main.config,
  provides: {},
  requires: { serial_comm_hub: { port: modbusBus } },
  sim: meterSim,
});
