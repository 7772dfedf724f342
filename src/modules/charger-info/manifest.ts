/** Source: configuration facts, section 4. */
import { chargerInformation } from "../../../hal/charger-information.ts";
import { kvs } from "../../../hal/kvs.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "ChargerInfo",
  description: "Who made this station, gathered from stores.",
  config: {
    firmware_version_file: {
      type: "string",
      description:
        'File whose first line is the firmware version, whatever the stores say; empty when it cannot be read. `""`: ' +
        "the stores say it.",
    },
  },
  provides: { main: { port: chargerInformation, description: "What is known." } },
  requires: {
    kvs: {
      port: kvs,
      min: 1,
      max: 10,
      description: "Stores with the keys of the interface; the last one that has a key wins.",
    },
    charger_information: {
      port: chargerInformation,
      min: 0,
      description: "Another source, for what the stores do not have.",
    },
  },
});
