import { evBoardSupport } from "../../../hal/ev-board-support.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { boardSim } from "../../charge-control-c/board-sim.ts";
import { manifest as driverManifest } from "../../charge-control-c/tarragon-driver/manifest.ts";

/** Wired as the driver above it is configured: the same keys say which contact is on which line. */
export const manifest = defineManifest({
  type: "ChargeControlCWorld",
  description: "What lies below the drivers of a Charge Control C: pilot circuit, contactors, plug, monitor",
  config: driverManifest.config,
  provides: {
    ev_board_support: { port: evBoardSupport, description: "The pilot, the vehicle's side" },
  },
  requires: {},
  sim: boardSim,
});
