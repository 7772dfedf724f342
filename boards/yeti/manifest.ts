import { acRcd } from "../../hal/ac-rcd.ts";
import { connectorLock } from "../../hal/connector-lock.ts";
import { evseBoardSupport } from "../../hal/evse-board-support.ts";
import { defineManifest } from "../../hal/manifest.ts";
import { powermeter } from "../../hal/powermeter.ts";
import { boardSim } from "./board-sim.ts";

export const manifest = defineManifest({
  type: "YetiDriver",
  description:
    "Yeti AC board: a controller behind a serial line that owns pilot, contactor, meter, RCD and connector lock",
  config: {
    serial_port: {
      type: "string",
      default: "/dev/ttyUSB0",
      minLength: 1,
      description: "Serial line of the controller",
    },
    baud_rate: {
      type: "integer",
      default: 115200,
      minimum: 9600,
      maximum: 230400,
      description: "9600, 19200, 38400, 57600, 115200 or 230400",
    },
    reset_gpio_chip: {
      type: "string",
      default: "gpiochip0",
      description:
        "GPIO chip of the line to the controller's reset; empty where there is none: the controller is then reset by a " +
        "message, and nothing can open its contactor while the serial line is dead",
    },
    reset_gpio: { type: "integer", default: 27, minimum: 0, description: "Number of the reset line on that chip" },
    caps_min_current_A: {
      type: "integer",
      default: -1,
      minimum: -1,
      description: "Lowest current the board can offer, ampere per phase; -1 = as the controller says",
    },
    caps_max_current_A: {
      type: "integer",
      default: -1,
      minimum: -1,
      description: "Highest current the board can offer, ampere per phase; -1 = as the controller says",
    },
  },
  provides: {
    powermeter: { port: powermeter, description: "Meter behind the contactor" },
    board_support: { port: evseBoardSupport, description: "Pilot and contactor" },
    rcd: { port: acRcd, description: "Residual current device" },
    connector_lock: { port: connectorLock, description: "Motor of the connector lock" },
  },
  requires: {},
  sim: boardSim,
});
