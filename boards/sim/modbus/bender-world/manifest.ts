import { defineManifest } from "../../../../hal/manifest.ts";
import { manifest as imdManifest } from "../../../modbus/bender-isocha425hv/manifest.ts";
import { imdSim } from "../../../modbus/imd-sim.ts";
import { modbusBus } from "../bus.ts";

export const manifest = defineManifest({
  type: "BenderWorld",
  description: "The isolation monitor below a Bender_isoCHA425HV",
  config: imdManifest.provides.main.config,
  provides: {},
  requires: { serial_comm_hub: { port: modbusBus } },
  sim: imdSim,
});
