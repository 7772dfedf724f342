import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { dcCircuit } from "./port.ts";

/** Not named by a configuration: one is made for every EVSE with a simulated supply. */
export const manifest = defineManifest({
  type: "DCCircuit",
  description: "The DC side between a simulated supply and a vehicle",
  config: {},
  provides: { circuit: { port: dcCircuit, description: "Supply, contactor, inlet and battery" } },
  requires: { board: { port: evseBoardSupport, min: 0, description: "Its contactor is the one of the circuit" } },
});
