import type { ModuleFactory } from "../../../hal/module.ts";
import { makeCharger } from "../v2g/charger.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config } = context;
  context.provide("extensions", {});
  return makeCharger({
    context,
    provideCharger: (handlers) => context.provide("charger", handlers),
    provideLine: (handlers) => context.provide("power_line", handlers),
    protocols: [
      ...(config.supported_DIN70121 ? (["DIN70121"] as const) : []),
      ...(config.supported_ISO15118_2 ? (["ISO15118D2"] as const) : []),
    ],
    authorizationS: { ExternalPayment: config.auth_timeout_eim, Contract: config.auth_timeout_pnc },
    onChangeOnly: config.publish_telemetry_only_on_change,
  });
};
