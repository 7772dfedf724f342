import type { ModuleFactory } from "../../../hal/module.ts";
import { DurableFile } from "../../runtime/durable-file.ts";
import { History } from "./history.ts";
import type { manifest } from "./manifest.ts";

/** An error that comes and goes many times a second must not wear out the disk. */
const betweenSavesMs = 5000;

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, log } = context;
  const { database_path } = context.implementationConfig("error_history");
  const file = new DurableFile(context.files, database_path, log);
  let opened: History | null = null;
  let saveAtMs = Number.NEGATIVE_INFINITY;
  let saveDue = false;

  function history(): History {
    if (opened !== null) return opened;
    opened = new History(file.load());
    if (opened.length > 0) save();
    return opened;
  }

  /** At once, or when the last time is long enough ago. */
  function save(): void {
    if (saveDue) return;
    saveDue = true;
    saveAtMs = Math.max(clock.nowMs(), saveAtMs + betweenSavesMs);
    clock.schedule(`${context.moduleId}/save`, saveAtMs, () => {
      saveDue = false;
      file.save(
        () => history().toBody(),
        () => {},
      );
    });
  }

  context.provide("error_history", {
    get_errors: ({ filters }, reply) => reply(history().find(filters)),
  });
  context.onFault((action, fault) => {
    if (action === "raise") history().raised(fault);
    else if (!history().cleared(fault)) log.warn("error_history.unknown", { uuid: fault.uuid, type: fault.type });
    save();
  });

  return {
    ready: () => {
      history();
    },
  };
};
