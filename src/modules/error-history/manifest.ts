/** Source: configuration facts, section 3. */
import { errorHistory } from "../../../hal/error-history.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "ErrorHistory",
  description:
    "Keeps every error raised in the station: the last 500, those that are over pruned first. What was active when the " +
    "daemon ended is `ClearedByReboot`.",
  config: {},
  provides: {
    error_history: {
      port: errorHistory,
      description: "The errors.",
      config: {
        database_path: {
          type: "string",
          minLength: 1,
          description:
            "The file, with FILE.old and FILE.new beside it; folders are made. A file of another system (SQLite) is left " +
            "untouched: FILE.evsed is used instead.",
        },
      },
    },
  },
  requires: {},
  hearsAllFaults: true,
});
