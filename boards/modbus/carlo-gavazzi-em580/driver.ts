/**
 * Carlo Gavazzi EM580, and EM300 and ET300 that sign nothing. The meter does one thing at a time: what a session asks for goes
 * before the next reading. Source: Modbus facts, section 5.
 */
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { Reply } from "../../../hal/port.ts";
import type {
  MeterTransactionRequest,
  MeterTransactionResponse,
  Powermeter,
  SignedMeterValue,
} from "../../../src/core/powermeter.ts";
import { Communication } from "../communication.ts";
import { Device, LinkFailure } from "../device.ts";
import { Latest } from "../measuring.ts";
import type { Procedure } from "../procedure.ts";
import { runProcedure, Waker } from "../procedure.ts";
import { decodeText, encodeNumber, encodeText } from "../registers.ts";
import type { manifest } from "./manifest.ts";
import { energyOf, hexOf, measuredOf, simpleEnergyOf, temperatureOf } from "./measured.ts";
import * as map from "./registers.ts";
import { at, words } from "./registers.ts";

const requestDeadlineMs = 2500;
const timeSyncIntervalMs = 3_600_000;
/** The meter wants to be left in peace after its key was read. */
const afterKeyMs = 2000;
const ocmfPollMs = 100;
const ocmfPolls = 11;
/** A meter that was lost is looked for this often: its readings are back soon after it is. */
const lookForMs = 2000;

/** What the meter was found to be. */
interface Identity {
  readonly isSimple: boolean;
  readonly meterId: string;
  readonly signature: { readonly method: string; readonly bits: number } | null;
  readonly publicKey: string;
}

interface Job {
  readonly run: () => Procedure<MeterTransactionResponse>;
  readonly reply: Reply<MeterTransactionResponse>;
}

const unexpected = (error: string): MeterTransactionResponse => ({ status: "UNEXPECTED_ERROR", error });

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, log } = context;
  const config = context.implementationConfig("main");
  const [hub] = context.require("serial_comm_hub");
  const jobs: Job[] = [];
  const waker = new Waker(clock, "meter");
  let identity: Identity | null = null;
  let isKeyTold = false;
  let transactionId: string | null = null;
  let startValue: SignedMeterValue | null = null;
  let nextStateMs = 0;
  let nextTimeMs = 0;
  let running: { cancel(): void } | null = null;

  const port = context.provide("main", {
    start_transaction: ({ value }, reply) => enqueue({ run: () => begin(value), reply }),
    stop_transaction: ({ transaction_id }, reply) => enqueue({ run: () => end(transaction_id), reply }),
  });
  const communication = new Communication(port, "powermeter/CommunicationFault");
  const latest = new Latest<Powermeter>(clock);
  const control =
    hub && new Device(hub, { unit: config.powermeter_device_id, lane: "control", deadlineMs: requestDeadlineMs });
  const metering =
    hub && new Device(hub, { unit: config.powermeter_device_id, lane: "metering", deadlineMs: requestDeadlineMs });

  function enqueue(job: Job): void {
    jobs.push(job);
    waker.wake();
  }

  const read = (address: number, count: number) => (control as Device).read("input", address, count);
  const write = (address: number, values: readonly number[]) => (control as Device).write(address, values);
  function* readOne(address: number): Procedure<number> {
    const [word = 0] = yield* read(address, 1);
    return word;
  }

  /** Several tries; a refusal is an answer. @throws LinkFailure */
  function* tried<T>(operation: () => Procedure<T>): Procedure<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return yield* operation();
      } catch (error) {
        const isFinal = !(error instanceof LinkFailure) || error.exception !== undefined;
        if (isFinal || attempt >= config.communication_retry_count) throw error;
        yield { untilMs: clock.nowMs() + config.communication_retry_delay_ms };
      }
    }
  }

  // -- Set-up --

  function* configure(): Procedure<Identity> {
    const isSimple = map.simpleModels.includes(yield* readOne(at.modelCode));
    const [measuring = 0, link = 0] = yield* read(at.measuringFirmware, 2);
    const serial = yield* read(at.serialNumber, words.serialNumber);
    const year = yield* readOne(isSimple ? at.productionYearOfSimpleModels : at.productionYear);
    const meterId = `${decodeText(isSimple ? lowBytes(serial) : serial)}.${year}`;
    if (identity === null) log.info("meter_found", { meterId, firmware: [measuring, link].map(versionOf), isSimple });
    if (isSimple) return { isSimple, meterId, signature: null, publicKey: "" };
    const signature = map.signatures[yield* readOne(at.signatureType)];
    if (signature === undefined) throw new LinkFailure({ status_code: "Error" }, "a meter that has no signature");
    let publicKey = identity?.publicKey ?? "";
    if (publicKey === "") {
      publicKey = yield* readKey(signature.bits);
      yield { untilMs: clock.nowMs() + afterKeyMs };
    }
    if (transactionId === null) yield* setTime();
    yield* write(at.timezone, encodeNumber(config.timezone_offset_minutes, "int16"));
    return { isSimple, meterId, signature, publicKey };
  }

  function* readKey(bits: number): Procedure<string> {
    if (config.public_key_format === "binary") return hexOf(yield* read(at.publicKey, bits / 8 + 1)).slice(0, -2);
    const hex = hexOf(yield* read(at.publicKeyDer, bits === 256 ? 46 : 62));
    // A DER sequence tells its length in its second byte.
    return hex.slice(0, 2 * (2 + Number.parseInt(hex.slice(2, 4), 16)));
  }

  function* setTime(): Procedure {
    yield* write(at.utcSeconds, encodeNumber(Math.floor(clock.wallTimeMs() / 1000), "int64", "low_first"));
    nextTimeMs = clock.nowMs() + timeSyncIntervalMs;
  }

  // -- Readings --

  function* measure(known: Identity): Procedure {
    const device = metering as Device;
    const live: number[] = [];
    if (known.isSimple) {
      live.push(...(yield* device.read("input", at.live, words.liveOfSimpleModels)));
      live.push(...(yield* device.read("input", at.phaseSequence, words.live - words.liveOfSimpleModels)));
    } else live.push(...(yield* device.read("input", at.live, words.live)));
    const atMs = clock.nowMs();
    const energy = known.isSimple
      ? yield* device.read("input", at.energyOfSimpleModels, words.energyOfSimpleModels)
      : yield* device.read("input", at.energy, words.energy);
    const [temperature] = known.isSimple ? [] : yield* device.read("input", at.temperature, 1);
    const value: Powermeter = {
      timestamp: new Date(clock.wallTimeMs(atMs)).toISOString(),
      meter_id: known.meterId,
      ...measuredOf(live),
      ...(known.isSimple ? simpleEnergyOf(energy) : energyOf(energy)),
      ...(temperature !== undefined && {
        temperatures: [{ temperature: temperatureOf(temperature), location: "Meter" }],
      }),
      ...(known.signature !== null && { signed_meter_value: yield* snapshot(known, device) }),
    };
    latest.succeeded({ value, atMs, raw: { live, energy } });
    communication.succeeded();
    port.publish("powermeter", value);
  }

  function* snapshot({ signature, publicKey }: Identity, device: Device): Procedure<SignedMeterValue> {
    const { method, bits } = signature as NonNullable<Identity["signature"]>;
    const block = yield* device.read("input", at.signedSnapshot, words.snapshotData + bits / 8);
    return {
      signed_meter_data: JSON.stringify({
        signedData: hexOf(block.slice(0, words.snapshotData)),
        signature: hexOf(block.slice(words.snapshotData)),
      }),
      signing_method: method,
      encoding_method: "plain",
      public_key: publicKey,
    };
  }

  function* lookAtState(known: Identity): Procedure {
    nextStateMs = clock.nowMs() + config.device_state_read_interval_ms;
    const bits = (yield* readOne(at.deviceState)) & map.deviceErrorBits;
    if (bits === 0) port.clear("powermeter/VendorError", "DeviceStateError");
    else {
      const message = `The meter reports an error of its own: 0x${bits.toString(16)}.`;
      port.raise({ type: "powermeter/VendorError", sub_type: "DeviceStateError", severity: "Medium", message });
    }
    if (!config.monitor_transaction_state || transactionId === null || known.signature === null) return;
    if ((yield* readOne(at.ocmfState)) !== map.ocmfState.ready) return;
    const message = "The meter has ended the transaction by itself.";
    port.raise({ type: "powermeter/VendorError", sub_type: "OcmfTransactionClosed", severity: "Medium", message });
  }

  // -- Transactions --

  function* begin(request: MeterTransactionRequest): Procedure<MeterTransactionResponse> {
    const known = identity as Identity;
    port.clear("powermeter/VendorError", "OcmfTransactionClosed");
    if ((yield* readOne(at.ocmfState)) !== map.ocmfState.notReady) yield* discard();
    const { identification_status, identification_type, identification_data = "", tariff_text = "" } = request;
    yield* write(at.identificationStatus, [identification_status === "ASSIGNED" ? 1 : 0]);
    yield* write(at.identificationLevel, [0]);
    yield* write(
      at.identificationFlags,
      map.identificationFlags.map((family) =>
        Math.max(
          0,
          family.findIndex((name) => request.identification_flags.includes(name)),
        ),
      ),
    );
    yield* write(at.identificationType, [map.identificationTypes[identification_type] ?? 0]);
    yield* write(at.identificationData, encodeText(identification_data, words.identificationData));
    yield* write(at.chargePointIdType, [0]);
    yield* write(at.chargePointId, encodeText(request.evse_id, words.chargePointId));
    const tariff = `${tariff_text}${tariffMark}${request.transaction_id}`;
    yield* write(at.tariffText, encodeText(tariff, words.tariffText));
    yield* write(at.sessionModality, [0]);
    yield* write(at.command, [map.command.begin]);
    transactionId = request.transaction_id;
    startValue = yield* snapshot(known, control as Device);
    return { status: "OK" };
  }

  function* end(id: string): Procedure<MeterTransactionResponse> {
    port.clear("powermeter/VendorError", "OcmfTransactionClosed");
    if (id === "") {
      yield* discard();
      return { status: "OK" };
    }
    if (transactionId === null) return yield* endAfterPowerLoss(id);
    if (id !== transactionId) return unexpected(`the meter's transaction is ${transactionId}`);
    yield* write(at.command, [map.command.end]);
    if (!(yield* isReady())) return unexpected("the meter did not close its record in time");
    const signed = yield* fetchRecord();
    const start = startValue;
    transactionId = null;
    startValue = null;
    return {
      status: "OK",
      signed_meter_value: signed,
      ...(start !== null && { start_signed_meter_value: start }),
    };
  }

  /** The station was off meanwhile: the meter still has the record, with the transaction's id behind the tariff text. */
  function* endAfterPowerLoss(id: string): Procedure<MeterTransactionResponse> {
    const state = yield* readOne(at.ocmfState);
    if (state === map.ocmfState.notReady) return unexpected("the meter has no transaction");
    const tariff = decodeText(yield* read(at.tariffText, words.tariffText));
    if (tariff.slice(tariff.lastIndexOf(tariffMark) + tariffMark.length) !== id)
      return unexpected("the meter's transaction is another one");
    if (state === map.ocmfState.running) yield* write(at.command, [map.command.end]);
    if (!(yield* isReady())) return unexpected("the meter did not close its record in time");
    return { status: "OK", signed_meter_value: yield* fetchRecord() };
  }

  function* isReady(): Procedure<boolean> {
    for (let poll = 0; poll < ocmfPolls; poll++) {
      const state = yield* readOne(at.ocmfState);
      if (state === map.ocmfState.ready) return true;
      if (state === map.ocmfState.corrupted) return false;
      yield { untilMs: clock.nowMs() + ocmfPollMs };
    }
    return false;
  }

  function* fetchRecord(): Procedure<SignedMeterValue> {
    const text = decodeText(yield* read(at.ocmfText, yield* readOne(at.ocmfSize)));
    yield* write(at.ocmfState, [map.ocmfState.notReady]);
    const { publicKey } = identity as Identity;
    return { signed_meter_data: text, signing_method: "", encoding_method: "OCMF", public_key: publicKey };
  }

  function* discard(): Procedure {
    if ((yield* readOne(at.ocmfState)) === map.ocmfState.running) {
      yield* write(at.command, [map.command.end]);
      yield* isReady();
    }
    yield* write(at.ocmfState, [map.ocmfState.notReady]);
    transactionId = null;
    startValue = null;
  }

  function* runJob({ run, reply }: Job): Procedure {
    if (identity === null) return reply(unexpected("the meter does not answer"));
    if (identity.signature === null) {
      return reply({ status: "NOT_SUPPORTED", error: "this model signs nothing" });
    }
    try {
      reply(yield* run());
    } catch (error) {
      if (!(error instanceof LinkFailure)) throw error;
      reply(unexpected(error.message));
    }
  }

  // -- The one thing at a time --

  function* run(): Procedure {
    let nextLiveMs = 0;
    let tries = 0;
    for (;;) {
      const job = jobs.shift();
      try {
        if (job !== undefined) yield* runJob(job);
        else if (identity === null) {
          identity = yield* configure();
          tries = 0;
          if (identity.publicKey !== "" && !isKeyTold) port.publish("public_key_ocmf", identity.publicKey);
          isKeyTold = identity.publicKey !== "";
        } else if (clock.nowMs() >= nextLiveMs) {
          const known = identity;
          nextLiveMs = Math.max(nextLiveMs + config.live_measurement_interval_ms, clock.nowMs());
          yield* tried(() => measure(known));
        } else if (clock.nowMs() >= nextStateMs) yield* lookAtState(identity);
        else if (clock.nowMs() >= nextTimeMs && transactionId === null && identity.signature !== null) yield* setTime();
        else yield waker.until(Math.min(nextLiveMs, nextStateMs));
      } catch (error) {
        if (!(error instanceof LinkFailure)) throw error;
        latest.failed();
        // Behind a measurement stand all its tries; a meter that refuses is there.
        if (error.exception === undefined) communication.failed(error.message, identity !== null);
        const lost = identity;
        if (lost !== null) log.warn("meter_lost", { message: error.message });
        tries++;
        if (tries === config.initial_connection_retry_count) log.error("meter_not_found", { message: error.message });
        identity = null;
        const pauseMs = Math.min(
          lookForMs,
          lost === null ? config.initial_connection_retry_delay_ms : config.communication_error_pause_delay_s * 1000,
        );
        yield waker.until(clock.nowMs() + pauseMs);
      }
    }
  }

  return {
    ready() {
      if (hub !== undefined) running = runProcedure(clock, "meter", run());
    },
    stop: () => running?.cancel(),
    reading: () => latest.reading(),
  };
};

const tariffMark = "<=>";

/** The models that sign nothing have one character in each register. */
function lowBytes(text: readonly number[]): readonly number[] {
  const characters = text.map((word) => word & 0xff);
  return Array.from({ length: Math.ceil(characters.length / 2) }, (_, index) => {
    const [high = 0, low = 0] = characters.slice(2 * index, 2 * index + 2);
    return (high << 8) | low;
  });
}

const versionOf = (word: number): string => `${(word >> 12) & 0xf}.${(word >> 8) & 0xf}.${word & 0xff}`;
