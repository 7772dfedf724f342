import { evBoardSupport } from "../../../hal/ev-board-support.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { boardSim } from "../../yeti/board-sim.ts";
import { manifest as driverManifest } from "../../yeti/manifest.ts";

/** Wired as the driver above it is configured: the same keys say where the reset line is. */
export const manifest = defineManifest({
  type: "YetiWorld",
  description: "What lies below the driver of a Yeti board: the line, the controller, and what hangs on it",
  config: driverManifest.config,
  provides: {
    ev_board_support: { port: evBoardSupport, description: "The pilot, the vehicle's side" },
  },
  requires: {},
  sim: boardSim,
});
