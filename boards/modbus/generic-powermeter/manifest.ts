import { defineManifest } from "../../../hal/manifest.ts";
import { powermeter } from "../../../hal/powermeter.ts";
import { serialCommunicationHub } from "../../../hal/serial-communication-hub.ts";
import { meterSim } from "../meter-sim.ts";

export const manifest = defineManifest({
  type: "GenericPowermeter",
  description: "A Modbus meter whose registers stand in a file",
  config: {},
  provides: {
    main: {
      port: powermeter,
      description: "The meter",
      config: {
        model: {
          type: "string",
          default: "test_dummy",
          description: "Name of a model that comes with evsed, or the path of a file that ends in `.json`",
        },
        powermeter_device_id: {
          type: "integer",
          default: 1,
          minimum: 1,
          maximum: 247,
          description: "Address of the meter on its line",
        },
        modbus_base_address: {
          type: "integer",
          default: 30001,
          minimum: 0,
          maximum: 65535,
          description:
            "Number of the first input register: taken off the numbers of the model that are read by function 4",
        },
      },
    },
  },
  requires: {
    serial_comm_hub: { port: serialCommunicationHub, description: "The line the meter is on" },
  },
  sim: meterSim,
});
