/** The vehicle's end of a power line that the station's side holds. Without one there is nobody to be matched with. */
import type { ModuleFactory } from "../../../hal/module.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const [line] = context.require("line");
  const main = context.provide("main", {
    reset: () => line?.call("reset", {}),
    trigger_matching: (_, reply) => {
      if (line === undefined) reply(false);
      else line.call("trigger_matching", {}, reply);
    },
  });
  for (const name of ["state", "dlink_ready", "ev_mac_address"] as const) {
    line?.subscribe(name, (value) => main.publish(name, value));
  }
  return {};
};
