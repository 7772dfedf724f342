/** Source: auth facts, section 7. */
import { authTokenProvider } from "../../../hal/auth.ts";
import { evseManager } from "../../../hal/evse-manager.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { authorizationTypes } from "../../core/auth/tokens.ts";

export const manifest = defineManifest({
  type: "DummyTokenProvider",
  description: "Presents the same token whenever a session starts at its EVSE. For trying out, not for the street.",
  config: {},
  provides: {
    main: {
      port: authTokenProvider,
      description: "The token.",
      config: {
        token: {
          type: "string",
          description: "Value of the token, and of its parent.",
          default: "DEADBEEF",
          minLength: 1,
          maxLength: 20,
        },
        type: {
          type: "string",
          description: "How the token claims to have been presented.",
          default: "RFID",
          enum: authorizationTypes,
        },
        timeout: { type: "number", description: "Seconds.", default: 10, notEffectiveYet: true },
        connector_id: {
          type: "integer",
          description: "EVSE the token is for; 0: any.",
          default: 0,
          minimum: 0,
        },
      },
    },
  },
  requires: { evse: { port: evseManager, description: "Whose sessions call for the token." } },
});
