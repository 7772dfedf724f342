/** What the hub makes of a serial line, and what it takes to poll the devices on one. Linux only. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import ModbusRTU from "modbus-serial";
import { SimulatedSlave } from "../../boards/sim/modbus/slave.ts";
import { hubBench } from "../../test/boards/modbus/hub-bench.ts";
import { bundle } from "./bundle.ts";
import { share } from "./idle-cpu.ts";
import type { Row } from "./row.ts";

const baudRate = 19_200;
const bitsPerByte = 10;
const measuredS = 60;
/** Of a request for two registers and its reply. */
const requestBytes = 8;
const replyBytes = 9;
/** What the simulated devices take to answer, and the silence that Modbus over serial line wants before a request. */
const answerMs = 8;
const silenceMs = (3.5 * bitsPerByte * 1000) / baudRate;

/** Requests of two registers in a minute of virtual time, the next one as soon as the last is answered. */
function requestsPerSecond(): number {
  const slaves = [1, 2, 3].map((unit) => new SimulatedSlave(unit, { input: (address) => address }));
  const bench = hubBench({ slaves, config: { baudrate: baudRate } });
  let answered = 0;
  const ask = (unit: number): void =>
    bench.ask(unit, (isGood) => {
      if (isGood) answered++;
      ask(unit);
    });
  for (const { unit } of slaves) ask(unit);
  bench.until(measuredS * 1000);
  return answered / measuredS;
}

/** Three meters behind a gateway of this process. */
async function pollingShare(progress: (text: string) => void): Promise<number> {
  const vector = { getInputRegister: (address: number) => (address % 2 === 0 ? 0x4366 : 0) };
  const server = new ModbusRTU.ServerTCP(vector as never, { host: "127.0.0.1", port: 0, unitID: 255 });
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    await sleep(200);
    const address = (server as unknown as { _server: { address(): { port: number } } })._server.address();
    const meters = [1, 2, 3].map(
      (unit) => `
  meter_${unit}:
    module: GenericPowermeter
    config_implementation: { main: { model: Eastron_SDM630-V2, powermeter_device_id: ${unit} } }
    connections: { serial_comm_hub: [{ module_id: line, implementation_id: main }] }`,
    );
    const file = join(folder, "meters.yaml");
    const line = `config_implementation: { main: { serial_port: "tcp://127.0.0.1:${address.port}" } }`;
    writeFileSync(file, `active_modules:\n  line:\n    module: SerialCommHub\n    ${line}${meters.join("")}\n`);
    return await share([bundle, "run", file, "--events"], progress);
  } finally {
    server.close(() => {});
    rmSync(folder, { recursive: true });
  }
}

export const modbusLine: Row = {
  name: "modbus-line",
  description: "a Modbus line with three devices: how full it gets, and what polling takes",
  async measure(progress) {
    const perSecond = requestsPerSecond();
    const limit = 1000 / (((requestBytes + replyBytes) * bitsPerByte * 1000) / baudRate + answerMs + silenceMs);
    const polling = await pollingShare(progress);
    return {
      figures: [
        {
          what: "requests a second, of what the line can carry",
          value: (perSecond / limit) * 100,
          unit: "%",
          target: { atLeast: 95 },
          comparedTo: `${perSecond.toFixed(1)} of ${limit.toFixed(1)} a second at ${baudRate} baud`,
        },
        {
          what: "three meters of 23 values, once a second",
          value: polling * 100,
          unit: "% of a processor",
          target: { atMost: 5 },
          comparedTo: "over TCP, 18 requests a second",
        },
      ],
      details: [`the line in virtual time; devices take ${answerMs} ms to answer`],
    };
  },
};
