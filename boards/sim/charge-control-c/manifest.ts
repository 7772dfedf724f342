import { evBoardSupport } from "../../../hal/ev-board-support.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { boardSim } from "../../charge-control-c/board-sim.ts";
import { manifest as inputsManifest } from "../../charge-control-c/digital-inputs/manifest.ts";
import { lockSim } from "../../charge-control-c/lock-sim.ts";
import { manifest as lockManifest } from "../../charge-control-c/plug-lock/manifest.ts";
import { manifest as driverManifest } from "../../charge-control-c/tarragon-driver/manifest.ts";

/** Wired as the drivers above it are configured: their keys say what is on which line, and no two have the same name. */
export const manifest = defineManifest({
  type: "ChargeControlCWorld",
  description: "What lies below the drivers of a Charge Control C: pilot circuit, contactors, plug and lock, monitor",
  config: { ...driverManifest.config, ...inputsManifest.config, ...lockManifest.config },
  provides: {
    ev_board_support: { port: evBoardSupport, description: "The pilot, the vehicle's side" },
  },
  requires: {},
  sim: { ...boardSim, ...lockSim },
});
