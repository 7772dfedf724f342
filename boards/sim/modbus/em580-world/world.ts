/**
 * An EM580: it measures a load, signs with a signature that proves nothing, and keeps the record of one transaction.
 * Source: Modbus facts, sections 5.2 and 5.3.
 */
import type { ModuleContext, ModuleFactory } from "../../../../hal/module.ts";
import { at, command, ocmfState, words } from "../../../modbus/carlo-gavazzi-em580/registers.ts";
import { decodeText, encodeNumber, encodeText } from "../../../modbus/registers.ts";
import { AcMeter, sumOf } from "../../ac-meter.ts";
import { SimulatedSlave } from "../slave.ts";
import { busSimOf } from "../slave-sim.ts";
import type { manifest } from "./manifest.ts";

const modelCode = 1760;
const supply = { voltageV: 230, lineOhm: 0.05 };
const recordWords = 100;
const keyWords = 33;

const perPhase = (
  offset: number,
  values: { readonly L1: number; readonly L2: number; readonly L3: number },
  scale: number,
) => [values.L1, values.L2, values.L3].map((value, index) => [offset + 2 * index, value * scale] as const);

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config } = context;
  const [line] = context.require("serial_comm_hub");
  const meter = new AcMeter(supply, clock.nowMs());
  const written = new Map<number, number>();
  let record = "";
  let closedMs = Number.POSITIVE_INFINITY;

  /** The blocks of the meter, each with its first address, its length and what stands in it at this moment. */
  const blocks: readonly (readonly [first: number, length: number, words: () => readonly number[]])[] = [
    [at.live, words.live, live],
    [at.measuringFirmware, 2, () => [0x1203, 0x1001]],
    [at.temperature, 1, () => [253]],
    [at.energy, words.energy, energy],
    [at.signedSnapshot, words.snapshotData + 32, () => signature(words.snapshotData + 32)],
    [at.signatureType, 1, () => [0]],
    [at.publicKey, keyWords, () => signature(keyWords)],
    [at.publicKeyDer, 46, () => [0x3059, ...signature(45)]],
    [at.serialNumber, words.serialNumber, () => encodeText("BX123456789012", words.serialNumber)],
    [at.productionYear, 1, () => [2026]],
    [at.deviceState, 1, () => [0]],
    [at.ocmfState, 2, () => [state(), recordWords]],
    [at.ocmfText, recordWords, () => encodeText(record, recordWords)],
  ];
  /** A reply is read word by word, at one instant and from one block. */
  let read: { readonly first: number; readonly atMs: number; readonly block: readonly number[] } | null = null;

  function blockAt(address: number): readonly [number, readonly number[]] | undefined {
    const found = blocks.find(([first, length]) => address >= first && address < first + length);
    if (found === undefined) return undefined;
    const [first, , wordsNow] = found;
    const atMs = clock.nowMs();
    if (read?.first !== first || read.atMs !== atMs) read = { first, atMs, block: wordsNow() };
    return [first, read.block];
  }

  function live(): readonly number[] {
    const { voltageV, currentA, powerW } = meter.read(clock.nowMs());
    const block = new Array<number>(words.live).fill(0);
    const values = [
      ...perPhase(0x00, voltageV, 10),
      ...perPhase(0x0c, currentA, 1000),
      ...perPhase(0x12, powerW, 10),
      [0x28, sumOf(powerW) * 10] as const,
    ];
    for (const [offset, value] of values) block.splice(offset, 2, ...encodeNumber(value, "int32", "low_first"));
    block[at.modelCode] = modelCode;
    block[0x32] = 1;
    block[0x33] = 500;
    return block;
  }

  function energy(): readonly number[] {
    const block = new Array<number>(words.energy).fill(0);
    block.splice(0, 4, ...encodeNumber(sumOf(meter.read(clock.nowMs()).energyWh), "int64", "low_first"));
    return block;
  }

  const signature = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => 0x0400 + index);

  function state(): number {
    if (written.get(at.ocmfState) === ocmfState.running && clock.nowMs() >= closedMs) {
      written.set(at.ocmfState, ocmfState.ready);
    }
    return written.get(at.ocmfState) ?? ocmfState.notReady;
  }

  function wordAt(address: number): number | undefined {
    const found = blockAt(address);
    if (found !== undefined) return found[1][address - found[0]];
    return address >= at.tariffText ? (written.get(address) ?? 0) : undefined;
  }

  function write(address: number, value: number): boolean {
    if (address < at.tariffText) return false;
    read = null;
    written.set(address, value);
    if (address === at.ocmfState && value === ocmfState.notReady) record = "";
    if (address === at.command && value === command.begin) {
      written.set(at.ocmfState, ocmfState.running);
      closedMs = Number.POSITIVE_INFINITY;
    }
    if (address === at.command && value === command.end && state() === ocmfState.running) {
      const tariff = decodeText(
        Array.from({ length: words.tariffText }, (_, index) => wordAt(at.tariffText + index) ?? 0),
      );
      const Wh = Math.round(sumOf(meter.read(clock.nowMs()).energyWh));
      record = `OCMF|${JSON.stringify({ FV: "1.0", TT: tariff, RD: [{ RV: Wh, RU: "Wh" }] })}|{"SD":"00"}`;
      // It takes a moment to sign.
      closedMs = clock.nowMs() + 250;
    }
    return true;
  }

  const slave = new SimulatedSlave(config.powermeter_device_id, { input: wordAt, holding: wordAt, write });
  return {
    ready: () => line?.call("attach", { slave }),
    sim: {
      ...busSimOf(slave),
      set_current_A: ({ value }: { readonly value: number }) =>
        meter.setLoad({ L1: value, L2: value, L3: value }, clock.nowMs()),
    },
  };
};
