/** Source: configuration facts, section 4. */
import { kvs } from "../../../hal/kvs.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "PersistentStore",
  description:
    "Values that outlive a restart and a power cut at any instant. A simulation keeps them in memory and begins with none.",
  config: {
    sqlite_db_file_path: {
      type: "string",
      default: "everest_persistent_store.db",
      minLength: 1,
      description:
        "The file, with FILE.old and FILE.new beside it. A file of another system (SQLite) is left untouched: FILE.evsed " +
        "is used instead.",
    },
  },
  provides: { main: { port: kvs, description: "The values." } },
  requires: {},
});
