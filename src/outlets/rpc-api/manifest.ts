/** Source: configuration and API facts, section 7. */
import { chargerInformation } from "../../../hal/charger-information.ts";
import { empty } from "../../../hal/empty.ts";
import { externalEnergyLimits } from "../../../hal/energy.ts";
import { evseManager } from "../../../hal/evse-manager.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "RpcApi",
  description:
    "JSON-RPC 2.0 over websocket for user interfaces and energy management: state, meter, errors, limits, enabling. " +
    "docs/rpc-api.md has its methods",
  config: {
    websocket_enabled: { type: "boolean", default: true, description: "Whether anybody may connect at all." },
    websocket_port: {
      type: "integer",
      default: 8080,
      minimum: 0,
      maximum: 65_535,
      description: "TCP port; 0 takes a free one and says in the log which.",
    },
    websocket_interface: {
      type: "string",
      default: "lo",
      minLength: 1,
      description:
        "Network interface to listen on, e.g. `eth1`; `all` for every one. Whoever reaches it may control charging.",
    },
    websocket_tls_enabled: {
      type: "boolean",
      default: false,
      description: "There is no TLS yet: with `true` the API stays closed rather than open without it.",
    },
    authentication_required: {
      type: "boolean",
      default: false,
      description: "There is no authentication yet: with `true` the API stays closed rather than open to everybody.",
    },
    max_decimal_places_other: {
      type: "integer",
      default: 2,
      minimum: 0,
      maximum: 15,
      description: "Most decimal places of every number that is told; 0 does not round.",
    },
  },
  provides: { main: { port: empty, description: "The API itself; nothing for other modules." } },
  requires: {
    evse_manager: { port: evseManager, min: 1, max: 128, description: "The EVSEs that clients see." },
    evse_energy_sink: {
      port: externalEnergyLimits,
      min: 0,
      max: 128,
      description: "Where limits for an EVSE are set: the one with the same EVSE in its `mapping`.",
    },
    charger_information: { port: chargerInformation, min: 0, description: "Who made the station." },
  },
  hearsAllFaults: true,
});
