/** Source: auth facts, section 7. */
import { authTokenValidator } from "../../../hal/auth.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "DummyTokenValidator",
  description: "Gives every token the same answer. For trying out, not for the street.",
  config: {},
  provides: {
    main: {
      port: authTokenValidator,
      description: "The answer.",
      config: {
        validation_result: {
          type: "string",
          description: "The answer to every token.",
          default: "Accepted",
          enum: ["Accepted", "Blocked", "Expired", "Invalid"],
        },
        validation_reason: {
          type: "string",
          description: "Why; the answer of the interface has no place for it.",
          default: "Token valid",
          notEffectiveYet: true,
        },
        sleep: {
          type: "number",
          description: "Seconds until the answer.",
          default: 0.5,
          minimum: 0,
          maximum: 120,
        },
      },
    },
  },
  requires: {},
});
