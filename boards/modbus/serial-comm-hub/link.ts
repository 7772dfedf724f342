/**
 * Between the line's machine and a stream of bytes: modbus-serial makes requests and reads replies, the framing finds them.
 * Neither is allowed a timer of its own.
 */
import { EventEmitter } from "node:events";
import type { ByteStream, SerialPorts, SerialSettings } from "../../../hal/serial-ports.ts";
import type { DeviceError } from "../../../src/core/errors.ts";
import type { Expected, Framing } from "./framing.ts";
import type { LineEvent, Reply, Transfer } from "./line.ts";

type Tell = (error: NodeJS.ErrnoException | null, result?: { data?: readonly (number | boolean)[] }) => void;

/** What is used of the library. */
interface ModbusClient {
  open(): void;
  writeFC1(unit: number, address: number, count: number, tell: Tell): void;
  writeFC3(unit: number, address: number, count: number, tell: Tell): void;
  writeFC4(unit: number, address: number, count: number, tell: Tell): void;
  writeFC5(unit: number, address: number, value: boolean, tell: Tell): void;
  writeFC6(unit: number, address: number, value: number, tell: Tell): void;
  writeFC16(unit: number, address: number, values: readonly number[], tell: Tell): void;
}

export type MakeClient = new (port: EventEmitter) => ModbusClient;

/** The port of the library, as it expects one. */
class FramePort extends EventEmitter {
  readonly isOpen = true;
  // Where the library keeps the number of the request that a reply belongs to.
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  readonly write: (frame: Buffer) => void;

  constructor(write: (frame: Buffer) => void) {
    super();
    this.write = write;
  }

  open(done: (error?: Error) => void): void {
    done();
  }
}

const functionCodes = {
  readCoils: 1,
  readHolding: 3,
  readInput: 4,
  writeCoil: 5,
  writeRegister: 6,
  writeRegisters: 16,
} as const satisfies Record<Transfer["kind"], number>;

function expectedBytes(transfer: Transfer): number {
  switch (transfer.kind) {
    case "readCoils":
      return 5 + Math.ceil(transfer.count / 8);
    case "readHolding":
    case "readInput":
      return 5 + 2 * transfer.count;
    default:
      return 8;
  }
}

export interface LinkOptions {
  readonly makeClient: MakeClient;
  readonly ports: SerialPorts;
  readonly path: string;
  readonly settings: SerialSettings;
  readonly framing: Framing;
  readonly post: (event: LineEvent) => void;
  readonly reportLoss: (why: DeviceError) => void;
}

export class Link {
  readonly #options: LinkOptions;
  readonly #port: FramePort;
  readonly #client: ModbusClient;
  #stream: ByteStream | null = null;
  #expected: Expected = { unit: 0, functionCode: 0, bytes: 0 };
  #number = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#port = new FramePort((frame) => this.#write(frame));
    this.#client = new options.makeClient(this.#port);
    this.#client.open();
  }

  open(): void {
    const { ports, path, settings, framing, post, reportLoss } = this.#options;
    framing.opened();
    this.#stream = ports.open(path, settings, {
      opened: () => post({ type: "opened" }),
      received: (bytes) => this.#received(bytes),
      closed: (why) => {
        this.#stream = null;
        reportLoss(why);
        post({ type: "lost" });
      },
    });
  }

  close(): void {
    this.#stream?.close();
    this.#stream = null;
  }

  giveUp(): void {
    this.#options.framing.giveUp();
  }

  send(number: number, unit: number, transfer: Transfer): void {
    this.#number = number;
    this.#expected = { unit, functionCode: functionCodes[transfer.kind], bytes: expectedBytes(transfer) };
    // The library keeps what it waits for by this number, one for each request and no more than it needs.
    this.#port._transactionIdWrite = number & 0xff;
    const client = this.#client;
    const tell: Tell = (error, result) =>
      this.#options.post({ type: "replied", number, reply: replyOf(transfer, error, result?.data) });
    switch (transfer.kind) {
      case "readCoils":
        client.writeFC1(unit, transfer.address, transfer.count, tell);
        return;
      case "readHolding":
        client.writeFC3(unit, transfer.address, transfer.count, tell);
        return;
      case "readInput":
        client.writeFC4(unit, transfer.address, transfer.count, tell);
        return;
      case "writeCoil":
        client.writeFC5(unit, transfer.address, transfer.value, tell);
        return;
      case "writeRegister":
        client.writeFC6(unit, transfer.address, transfer.value, tell);
        return;
      case "writeRegisters":
        client.writeFC16(unit, transfer.address, transfer.values, tell);
        return;
    }
  }

  #write(frame: Buffer): void {
    // A line that does not take it is one whose devices are silent.
    this.#stream?.write(this.#options.framing.send(frame, this.#expected, this.#number));
  }

  #received(bytes: Uint8Array): void {
    const { framing, post } = this.#options;
    const number = this.#number;
    for (const found of framing.receive(bytes)) {
      if (found.kind === "reply") {
        this.#port._transactionIdRead = number & 0xff;
        this.#port.emit("data", found.frame);
      } else if (found.kind === "piece") post({ type: "piece", number, why: found.why });
      else post({ type: "stray", unit: found.unit });
    }
  }
}

function replyOf(
  transfer: Transfer,
  error: (NodeJS.ErrnoException & { readonly modbusCode?: number }) | null,
  data: readonly (number | boolean)[] = [],
): Reply {
  if (error?.modbusCode !== undefined) return { kind: "exception", code: error.modbusCode };
  if (error !== null) return { kind: "corrupt", why: "malformed" };
  if (!("count" in transfer)) return { kind: "values", values: [] };
  // A reply for coils is filled up to whole bytes.
  if (data.length < transfer.count) return { kind: "corrupt", why: "malformed" };
  return { kind: "values", values: data.slice(0, transfer.count) };
}
