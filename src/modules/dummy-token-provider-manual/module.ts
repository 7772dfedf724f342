import type { ModuleFactory } from "../../../hal/module.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  context.provide("main", {});
  return {};
};
