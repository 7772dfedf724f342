/** A hub on simulated wires with devices of the test's own, on the real runtime and the virtual clock. */
import ModbusRTU from "modbus-serial";
import { createHub } from "../../../boards/modbus/serial-comm-hub/driver.ts";
import type { MakeClient } from "../../../boards/modbus/serial-comm-hub/link.ts";
import { manifest as hubManifest } from "../../../boards/modbus/serial-comm-hub/manifest.ts";
import { modbusBus } from "../../../boards/sim/modbus/bus.ts";
import { manifest as worldManifest } from "../../../boards/sim/modbus/line-world/manifest.ts";
import { create as createWorld } from "../../../boards/sim/modbus/line-world/world.ts";
import type { SimulatedSlave } from "../../../boards/sim/modbus/slave.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { Log } from "../../../hal/log.ts";
import type { ConfigScalar, Manifest } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import type { Connection, ModuleFactory } from "../../../hal/module.ts";
import { serialCommunicationHub } from "../../../hal/serial-communication-hub.ts";
import type { SerialPorts } from "../../../hal/serial-ports.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { Station } from "../../../src/runtime/station.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";

const clientManifest = defineManifest({
  type: "Client",
  description: "",
  config: {},
  provides: {},
  requires: { hub: { port: serialCommunicationHub }, wires: { port: modbusBus, min: 0 } },
});

export interface HubBenchOptions {
  readonly config?: Readonly<Record<string, ConfigScalar>>;
  readonly slaves?: readonly SimulatedSlave[];
  /** Instead of the simulated wires. */
  readonly serialPorts?: SerialPorts;
  readonly lines?: Lines;
}

type Result = {
  readonly status_code: string;
  readonly value?: readonly (number | boolean)[];
  readonly exception?: number;
};

/** `at`: virtual milliseconds of the answer. */
export interface Answer extends Result {
  readonly at: number;
}

export function hubBench({ config = {}, slaves = [], serialPorts, lines }: HubBenchOptions = {}) {
  const clock = new VirtualClock();
  const logs: string[] = [];
  const line = (event: string): void => void logs.push(event);
  const log = (): Log => ({ debug: line, info: line, warn: line, error: line });
  const station = new Station({
    clock,
    log,
    random: (stream) => seededRandom(1, stream),
    ...(serialPorts && { serialPorts }),
    ...(lines && { lines }),
  });
  let hub: Connection<typeof serialCommunicationHub> | undefined;
  const client: ModuleFactory<typeof clientManifest> = (context) => {
    [hub] = context.require("hub");
    const [wires] = context.require("wires");
    return {
      ready() {
        for (const slave of slaves) wires?.call("attach", { slave });
      },
    };
  };
  const defaults = Object.entries(hubManifest.provides.main.config).map(([key, { default: value }]) => [key, value]);
  const plan = (id: string, manifest: Manifest, create: unknown, more: object = {}) => ({
    plan: { id, type: manifest.type, config: {}, implementations: {}, connections: {}, evse: undefined, ...more },
    manifest,
    create: create as ModuleFactory,
  });
  const to = (moduleId: string) => [{ moduleId, implementationId: "main" }];
  station.make([
    plan("client", clientManifest, client, {
      connections: { hub: to("hub"), ...(serialPorts ? {} : { wires: to("wires") }) },
    }),
    plan("hub", hubManifest, createHub(ModbusRTU as unknown as MakeClient), {
      implementations: { main: { ...Object.fromEntries(defaults), baudrate: 19200, ...config } },
      ...(serialPorts ? {} : { below: "wires" }),
    }),
    ...(serialPorts ? [] : [plan("wires", worldManifest, createWorld)]),
  ]);
  station.ready();

  const answers: Record<string, Answer> = {};
  function call(name: string, command: string, args: object): void {
    clock.turn(() =>
      hub?.call(command as "modbus_read_coils", args as never, (result: Result) => {
        answers[name] = { at: Math.round(clock.nowMs()), ...result };
      }),
    );
  }
  return {
    logs,
    answers,
    call,
    read: (name: string, target_device_id: number, first: number, count: number, more: object = {}) =>
      call(name, "modbus_read_input_registers", {
        target_device_id,
        first_register_address: first,
        num_registers_to_read: count,
        ...more,
      }),
    /** Two registers; hears in the turn of the answer. */
    ask: (target_device_id: number, heard: (isGood: boolean) => void) =>
      hub?.call(
        "modbus_read_input_registers",
        { target_device_id, first_register_address: 0, num_registers_to_read: 2 },
        ({ status_code }) => heard(status_code === "Success"),
      ),
    /** Virtual milliseconds since the start. */
    until: (ms: number) => clock.runUntil(ms),
    clock,
    reading: () => station.instance("hub")?.reading?.(),
  };
}
