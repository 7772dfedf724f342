import { defineManifest } from "../../../../hal/manifest.ts";
import { manifest as imdManifest } from "../../../modbus/dold-rn5893/manifest.ts";
import { imdSim } from "../../../modbus/imd-sim.ts";
import { modbusBus } from "../bus.ts";

export const manifest = defineManifest({
  type: "DoldWorld",
  description: "The isolation monitor below a DoldRN5893",
  config: imdManifest.config,
  provides: {},
  requires: { serial_comm_hub: { port: modbusBus } },
  sim: imdSim,
});
