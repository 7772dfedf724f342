import type { ModuleFactory } from "../../../hal/module.ts";
import { makeCharger } from "../v2g/charger.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  context.provide("extensions", {});
  return makeCharger({
    context,
    provideCharger: (handlers) => context.provide("charger", handlers),
    provideLine: (handlers) => context.provide("power_line", handlers),
    protocols: ["ISO15118D20"],
  });
};
