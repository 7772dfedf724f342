import type { ModuleFactory } from "../../../hal/module.ts";
import { DurableFile } from "../../runtime/durable-file.ts";
import type { manifest } from "./manifest.ts";
import { Values } from "./values.ts";

const againMs = 10_000;

/**
 * `store` and `delete` answer when the change is on the disk, in the order they were given, and never when it does not get
 * there; `load` and `exists` answer at once, with what was stored last whether or not it is on the disk yet.
 */
export const create: ModuleFactory<typeof manifest> = (context) => {
  const { log } = context;
  const file = new DurableFile(context.files, context.config.sqlite_db_file_path, log);
  let opened: Values | null = null;
  let again = false;

  function values(): Values {
    opened ??= new Values(file.load());
    return opened;
  }

  function save(done: () => void): void {
    file.save(
      () => values().toBody(),
      (error) => {
        if (error === undefined) done();
        else saveAgain();
      },
    );
  }

  /** What a disk refused it may take later: a cut meanwhile would bring back what is long over. */
  function saveAgain(): void {
    if (again) return;
    again = true;
    context.clock.schedule("store again", context.clock.nowMs() + againMs, () => {
      again = false;
      save(() => {});
    });
  }

  context.provide("main", {
    store: ({ key, value }, reply) => {
      if (values().set(key, value)) {
        save(() => reply(undefined));
      } else {
        log.error("store.refused", { key, reason: "no JSON, or larger than a value or the store may be" });
      }
    },
    load: ({ key }, reply) => reply(values().get(key)),
    delete: ({ key }, reply) => {
      if (values().delete(key)) save(() => reply(undefined));
      else reply(undefined);
    },
    exists: ({ key }, reply) => reply(values().has(key)),
  });

  return {
    ready: () => {
      values();
    },
  };
};
