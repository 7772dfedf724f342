/**
 * A meter whose registers stand in a file. Registers in a row are read together; a meter that refuses that is read value by
 * value from then on. Source: Modbus facts, section 3.
 */
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { Powermeter } from "../../../src/core/powermeter.ts";
import { Communication } from "../communication.ts";
import { Device, LinkFailure } from "../device.ts";
import { everyCycle, Latest } from "../measuring.ts";
import { notSupported } from "../meter-transactions.ts";
import type { Procedure } from "../procedure.ts";
import { runProcedure } from "../procedure.ts";
import type { manifest } from "./manifest.ts";
import { loadModel } from "./models.ts";
import type { Block } from "./register-map.ts";
import { registerMap, wordKey } from "./register-map.ts";

const intervalMs = 1000;
/** With it, the loss of a meter is told within 5 s however patient the hub is. */
const requestDeadlineMs = 2500;
/** Modbus application protocol, section 7: the meter has no such register, or not so many at a time. */
const refusals: readonly number[] = [2, 3];

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, log } = context;
  const { model, powermeter_device_id, modbus_base_address } = context.implementationConfig("main");
  const [hub] = context.require("serial_comm_hub");
  const map = registerMap(loadModel(model, context.files), modbus_base_address);
  const port = context.provide("main", notSupported(`${model} signs nothing`));
  const communication = new Communication(port, "powermeter/CommunicationFault");
  const latest = new Latest<Powermeter>(clock);
  let polling: { cancel(): void } | null = null;

  function start(): void {
    if (hub === undefined) return;
    const device = new Device(hub, { unit: powermeter_device_id, lane: "metering", deadlineMs: requestDeadlineMs });
    let blocks: readonly Block[] = map.blocks;

    function* cycle(): Procedure {
      const words = new Map<string, number>();
      let atMs: number | null = null;
      for (const { kind, address, count } of blocks) {
        const values = yield* device.read(kind, address, count);
        atMs ??= clock.nowMs();
        for (const [index, word] of values.entries()) words.set(wordKey(kind, address + index), word);
      }
      const measured = map.read(words);
      if (measured === undefined || atMs === null) {
        throw new LinkFailure({ status_code: "Error" }, `values of device ${powermeter_device_id} that are none`);
      }
      const timestamp = new Date(clock.wallTimeMs(atMs)).toISOString();
      const value: Powermeter = { timestamp, meter_id: context.moduleId, ...measured };
      latest.succeeded({ value, atMs, raw: Object.fromEntries(words) });
      port.publish("powermeter", value);
    }

    function failed(failure: LinkFailure): void {
      latest.failed();
      if (communication.failedCycles === 1) log.warn("meter_cycle_failed", { message: failure.message });
      if (blocks === map.singleBlocks || !refusals.includes(failure.exception ?? 0)) return;
      blocks = map.singleBlocks;
      log.info("meter_read_singly", { message: failure.message });
    }

    polling = runProcedure(
      clock,
      "meter",
      everyCycle(clock, () => intervalMs, communication, cycle, failed),
    );
  }

  return { ready: start, stop: () => polling?.cancel(), reading: () => latest.reading() };
};
