/** A Bender isoCHA425HV as its registers show it. Source: Modbus facts, section 9. */
import type { ModuleContext, ModuleFactory } from "../../../../hal/module.ts";
import { at, selfTestKey } from "../../../modbus/bender-isocha425hv/registers.ts";
import { encodeNumber, encodeText } from "../../../modbus/registers.ts";
import { imdSimOf, SimulatedImd } from "../imd.ts";
import { SimulatedSlave } from "../slave.ts";
import type { manifest } from "./manifest.ts";

const ohm = 2;
const volt = 4;
const invalid = 3 << 6;
const deviceError = 2 << 8;
const externalTest = 2 << 14;
const firmware = 512;

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config } = context;
  const [line] = context.require("serial_comm_hub");
  const imd = new SimulatedImd(clock);
  const written = new Map<number, number>();

  function status(unit: number, isInvalid: boolean): number {
    return unit | (isInvalid ? invalid : 0) | (imd.isFaulty ? deviceError : 0) | (imd.isTesting ? externalTest : 0);
  }
  const block = (value: number, unit: number, channel: number, isInvalid = false): readonly number[] => [
    ...encodeNumber(value, "float32"),
    status(unit, isInvalid),
    channel,
  ];

  function word(address: number): number | undefined {
    const isOff = written.get(at.enabled) === 0;
    const blocks = [
      [at.resistance, block(imd.resistanceOhm, ohm, 71, imd.isInvalid || isOff)],
      [at.voltage, block(imd.voltageV, volt, 76)],
      [at.voltagesToEarth, [...block(imd.voltageV / 2, volt, 76), ...block(-imd.voltageV / 2, volt, 76)]],
      [at.name, encodeText("isoCHA425HV", 10)],
      [at.firmware, [425, firmware, 2026, 1, 1, 1]],
    ] as const;
    const found = blocks.find(([first, words]) => address >= first && address < first + words.length);
    if (found !== undefined) return found[1][address - found[0]];
    return address >= at.earthAlarm && address <= at.assignment2 ? (written.get(address) ?? 0) : undefined;
  }

  const slave = new SimulatedSlave(config.imd_device_id, {
    holding: word,
    write(address, value) {
      written.set(address, value);
      if (address === at.selfTest && value === selfTestKey) imd.beginTest();
      return address === at.selfTest || (address >= at.earthAlarm && address <= at.assignment2);
    },
  });
  return { ready: () => line?.call("attach", { slave }), sim: imdSimOf(imd, slave) };
};
