import type { ModuleFactory } from "../../../hal/module.ts";
import type { IdToken, ProvidedIdToken } from "../../core/auth/tokens.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { token, type, connector_id } = context.implementationConfig("main");
  const idToken: IdToken = { value: token, type: "ISO14443" };
  const provided: ProvidedIdToken = {
    id_token: idToken,
    authorization_type: type,
    parent_id_token: idToken,
    ...(connector_id > 0 && { connectors: [connector_id] }),
  };
  const main = context.provide("main", {});
  for (const evse of context.require("evse")) {
    evse.subscribe("session_event", ({ event }) => {
      if (event === "SessionStarted") main.publish("provided_token", provided);
    });
  }
  return {};
};
