import type { ModuleFactory } from "../../../hal/module.ts";
import type { Entries } from "./entries.ts";
import { readEntries } from "./entries.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { files, log } = context;
  const { file } = context.config;
  let read: Entries["values"] | null = null;

  function values(): Entries["values"] {
    read ??= readFile();
    return read;
  }

  function readFile(): Entries["values"] {
    const { values, complaints } = entries();
    for (const complaint of complaints) log.error("yaml_store.file", { file, complaint });
    return values;
  }

  function entries(): Entries {
    try {
      const content = files.readInput(file);
      return content === undefined ? { values: new Map(), complaints: ["no such file"] } : readEntries(content);
    } catch (error) {
      return { values: new Map(), complaints: [(error as Error).message] };
    }
  }

  context.provide("main", {
    store: ({ key }) => log.warn("yaml_store.read_only", { command: "store", key }),
    load: ({ key }, reply) => reply(values().get(key) ?? null),
    delete: ({ key }) => log.warn("yaml_store.read_only", { command: "delete", key }),
    exists: ({ key }, reply) => reply(values().has(key)),
  });

  return {
    ready: () => {
      values();
    },
  };
};
