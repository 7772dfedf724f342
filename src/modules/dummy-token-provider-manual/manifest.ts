/** Source: auth facts, section 7. */
import { authTokenProvider } from "../../../hal/auth.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "DummyTokenProviderManual",
  description: "Presents the tokens it is told to, by a `publish` step of a scenario.",
  config: {
    mqtt_topic: {
      type: "string",
      description: "Topic on which tokens arrive. Empty: everest_api/<module id>/cmd/provide.",
      default: "",
      notEffectiveYet: true,
    },
  },
  provides: { main: { port: authTokenProvider, description: "The tokens." } },
  requires: {},
});
