import { defineManifest } from "../../../../hal/manifest.ts";
import { modbusBus } from "../bus.ts";

export const manifest = defineManifest({
  type: "ModbusLineWorld",
  description: "The wires below a SerialCommHub, with whatever simulated devices are attached to them",
  config: {},
  provides: { main: { port: modbusBus, description: "The wires" } },
  requires: {},
});
