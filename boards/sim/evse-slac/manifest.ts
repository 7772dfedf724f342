import { evSlac } from "../../../hal/ev-slac.ts";
import type { ConfigKey } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { slac } from "../../../hal/slac.ts";
import { powerLineSim } from "../slac/power-line.ts";

const unused = { notEffectiveYet: true } as const;
const flag = (defaultValue: boolean, description: string) =>
  ({ type: "boolean", default: defaultValue, description, ...unused }) as const satisfies ConfigKey;
const whole = (defaultValue: number, description: string) =>
  ({ type: "integer", default: defaultValue, description, ...unused }) as const satisfies ConfigKey;

export const manifest = defineManifest({
  type: "EvseSlac",
  description: "Matching on the power line, the station's side; simulated only",
  config: {},
  provides: {
    main: {
      port: slac,
      description: "The station's side",
      config: {
        device: { type: "string", default: "eth1", description: "Network device of the modem", ...unused },
        number_of_sounds: whole(10, "Sounds of one matching"),
        ac_mode_five_percent: flag(true, "Begin anew when a matching has failed"),
        set_key_timeout_ms: whole(1000, "How long the modem has to take a key, in ms"),
        sounding_attenuation_adjustment: whole(0, "Added to the attenuation measured, in dB"),
        publish_mac_on_match_cnf: flag(true, "Tell the address of the vehicle when the matching is confirmed"),
        publish_mac_on_first_parm_req: flag(false, "Tell the address of whoever asks first"),
        do_chip_reset: flag(false, "Reset the modem after its key was set"),
        chip_reset_delay_ms: whole(100, "Between key and reset, in ms"),
        chip_reset_timeout_ms: whole(500, "How long the modem has to confirm its reset, in ms"),
        link_status_detection: flag(false, "Ask the modem whether the link is up"),
        link_status_retry_ms: whole(100, "Between two such questions, in ms"),
        link_status_timeout_ms: whole(10_000, "How long the link has to come up, in ms"),
        debug_simulate_failed_matching: flag(false, "Give the vehicle a wrong key"),
        reset_instead_of_fail: flag(true, "Wait for the next vehicle after a matching that has failed"),
        startup_delay_ms: whole(0, "Wait before the modem is asked for the first time, in ms"),
        slac_init_timeout_ms: {
          type: "integer",
          default: 40_000,
          minimum: 10_000,
          maximum: 50_000,
          description: "How long a vehicle has to begin, in ms",
          ...unused,
        },
      },
    },
    vehicle: { port: evSlac, description: "The other end of the line, for a simulated vehicle" },
  },
  requires: {},
  sim: powerLineSim,
});
