/** Source: auth facts, section 7. */
import { authTokenValidator } from "../../../hal/auth.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "LocalAllowlistTokenValidator",
  description:
    "Accepts the tokens that stand in a file, one a line, letter by letter. The file is read for each token.",
  config: {
    allowlist_file: {
      type: "string",
      description: "The file. Where it cannot be read, every token is Invalid.",
      default: "/mnt/user_data/etc/allowlist_rfid.txt",
      minLength: 1,
    },
  },
  provides: { main: { port: authTokenValidator, description: "Accepted or Invalid." } },
  requires: {},
});
