import fc from "fast-check";
import ModbusRTU from "modbus-serial";
import { withCrc } from "../../boards/modbus/rtu.ts";
import type { Framing } from "../../boards/modbus/serial-comm-hub/framing.ts";
import { rtuFraming, tcpFraming } from "../../boards/modbus/serial-comm-hub/framing.ts";
import type { LineEvent, Transfer } from "../../boards/modbus/serial-comm-hub/line.ts";
import type { MakeClient } from "../../boards/modbus/serial-comm-hub/link.ts";
import { Link } from "../../boards/modbus/serial-comm-hub/link.ts";
import type { ByteStreamListener } from "../../hal/serial-ports.ts";
import { DeviceError } from "../../src/core/errors.ts";
import { mutatedBytes, pieceLengths, pieces } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser, together } from "./parser-fuzz.ts";

type Wire = "rtu" | "echo" | "tcp";

const unit = 5;

const transfers: readonly Transfer[] = [
  { kind: "readHolding", address: 0, count: 2 },
  { kind: "readInput", address: 0x5000, count: 20 },
  { kind: "readCoils", address: 3, count: 11 },
  { kind: "writeCoil", address: 1, value: true },
  { kind: "writeRegister", address: 7, value: 0x1234 },
  { kind: "writeRegisters", address: 7, values: [1, 2, 3] },
];

/** What a sound device says to it, without checksum. */
function bodyOf(transfer: Transfer, exception: number | null): Uint8Array {
  const high = (value: number): number => (value >> 8) & 0xff;
  const place = [high(transfer.address), transfer.address & 0xff];
  const words = (count: number): number[] => Array.from({ length: 2 * count }, (_, at) => (at * 37) & 0xff);
  const code = { readCoils: 1, readHolding: 3, readInput: 4, writeCoil: 5, writeRegister: 6, writeRegisters: 16 }[
    transfer.kind
  ];
  if (exception !== null) return Uint8Array.of(unit, code | 0x80, exception);
  switch (transfer.kind) {
    case "readHolding":
    case "readInput":
      return Uint8Array.of(unit, code, 2 * transfer.count, ...words(transfer.count));
    case "readCoils":
      return Uint8Array.of(
        unit,
        code,
        Math.ceil(transfer.count / 8),
        ...words(8).slice(0, Math.ceil(transfer.count / 8)),
      );
    case "writeCoil":
      return Uint8Array.of(unit, code, ...place, transfer.value ? 0xff : 0, 0);
    case "writeRegister":
      return Uint8Array.of(unit, code, ...place, high(transfer.value), transfer.value & 0xff);
    case "writeRegisters":
      return Uint8Array.of(unit, code, ...place, 0, transfer.values.length);
  }
}

const onWire = (wire: Wire, body: Uint8Array, id: number): Uint8Array =>
  wire === "tcp"
    ? Buffer.concat([Uint8Array.of(id >> 8, id & 0xff, 0, 0, body.length >> 8, body.length & 0xff), body])
    : withCrc(body);

/** One end of a line: what is sent into it comes back as events. */
class Desk {
  readonly heard: LineEvent[] = [];
  sent: Uint8Array = new Uint8Array();
  #listener: ByteStreamListener | null = null;
  readonly #link: Link;

  constructor(wire: Wire) {
    const framing: Framing = wire === "tcp" ? tcpFraming() : rtuFraming({ hasEcho: wire === "echo" });
    this.#link = new Link({
      makeClient: ModbusRTU as unknown as MakeClient,
      ports: {
        open: (_path, _settings, listener) => {
          this.#listener = listener;
          return {
            write: (bytes) => {
              this.sent = bytes;
              return true;
            },
            close() {},
          };
        },
      },
      path: "wire",
      settings: { baudRate: 9600, parity: "none" },
      framing,
      post: (event) => void this.heard.push(event),
      reportLoss() {},
    });
    this.#link.open();
  }

  ask(number: number, transfer: Transfer): void {
    this.#link.send(number, unit, transfer);
  }

  hear(bytes: Uint8Array, lengths: readonly number[]): void {
    for (const piece of pieces(bytes, lengths)) this.#listener?.received(piece);
  }

  giveUp(): void {
    this.#link.giveUp();
  }

  reopen(): void {
    this.#listener?.closed(new DeviceError("line_lost", "cut"));
    this.#link.open();
  }

  /** What was answered to that request, at most once. */
  reply(number: number): (LineEvent & { type: "replied" })["reply"] | undefined {
    const replies = this.heard.flatMap((event) => (event.type === "replied" && event.number === number ? [event] : []));
    demand(replies.length <= 1, `${replies.length} replies to one request`);
    const [found] = replies;
    return found?.reply;
  }
}

function demandValues(transfer: Transfer, values: readonly (number | boolean)[]): void {
  const count = "count" in transfer ? transfer.count : 0;
  demand(values.length === count, `${values.length} values where ${count} were asked for`);
  for (const value of values) {
    if (transfer.kind === "readCoils") demand(typeof value === "boolean", `a coil that is ${value}`);
    else
      demand(Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff, `a register that is ${value}`);
  }
}

const wires = fc.constantFrom<Wire>("rtu", "echo", "tcp");
const request = fc.record({
  transfer: fc.constantFrom(...transfers),
  exception: fc.option(fc.integer({ min: 1, max: 11 }), { freq: 3 }),
});

export const modbusBytes: ParserFuzz = {
  name: "modbus",
  about: "bytes of Modbus devices, on a serial line and over TCP",
  runsInTest: 300,
  async open() {
    const bodies = transfers.flatMap((transfer) => [bodyOf(transfer, null), bodyOf(transfer, 2)]);
    const anything = (wire: Wire): fc.Arbitrary<Uint8Array> =>
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        mutatedBytes(bodies.map((body) => onWire(wire, body, 1))),
        // Sound frames with something else within.
        mutatedBytes(bodies).map((body) => onWire(wire, body, 1)),
      );

    /** Whatever comes, a reply has what was asked for or is none; and the next request is answered. */
    const replies = openParser(
      wires.chain((wire) =>
        fc.record({
          wire: fc.constant(wire),
          asked: request,
          came: fc.array(anything(wire), { maxLength: 4 }),
          next: request,
          lengths: pieceLengths,
          reopened: fc.boolean(),
        }),
      ),
      ({ wire, asked, came, next, lengths, reopened }) => {
        const desk = new Desk(wire);
        desk.ask(1, asked.transfer);
        for (const bytes of came) desk.hear(bytes, lengths);
        const reply = desk.reply(1);
        if (reply?.kind === "values") demandValues(asked.transfer, reply.values);
        if (reply?.kind === "exception") demand(Number.isInteger(reply.code), `exception ${reply.code}`);
        desk.giveUp();
        // There is no way back into a stream without marks but a new one.
        if (reopened || wire === "tcp") desk.reopen();
        desk.ask(2, next.transfer);
        if (wire === "echo") desk.hear(desk.sent, lengths);
        desk.hear(onWire(wire, bodyOf(next.transfer, next.exception), 2), lengths);
        demandReply(desk.reply(2), next);
      },
      {
        "a megabyte of noise": () => ({
          wire: "rtu" as Wire,
          asked: { transfer: transfers[0] as Transfer, exception: null },
          came: [new Uint8Array(1_000_000).fill(unit)],
          next: { transfer: transfers[1] as Transfer, exception: null },
          lengths: [64],
          reopened: false,
        }),
        "a megabyte of headers": () => ({
          wire: "tcp" as Wire,
          asked: { transfer: transfers[0] as Transfer, exception: null },
          came: [Uint8Array.from({ length: 1_000_000 }, (_, at) => (at % 8 === 5 ? 2 : 0))],
          next: { transfer: transfers[1] as Transfer, exception: null },
          lengths: [1400],
          reopened: false,
        }),
      },
    );

    /** A driver chip that turns round, a neighbour, a late reply: the one that was asked for is found behind them. */
    const noise = openParser(
      fc.record({
        wire: fc.constantFrom<Wire>("rtu", "tcp"),
        asked: request,
        before: fc.array(
          fc.oneof(
            fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), body: fc.constant(null) }),
            fc.record({ bytes: fc.constant(null), body: fc.constantFrom(...bodies) }),
          ),
          { maxLength: 4 },
        ),
        cut: fc.nat(8),
        lengths: pieceLengths,
      }),
      ({ wire, asked, before, cut, lengths }) => {
        const desk = new Desk(wire);
        desk.ask(9, asked.transfer);
        for (const { bytes, body } of before) {
          // Over TCP the transport keeps noise out: what comes too much is whole frames, of other requests.
          if (bytes !== null && wire === "rtu") desk.hear(bytes, lengths);
          if (body === null) continue;
          if (wire === "tcp") desk.hear(onWire(wire, body, 7), lengths);
          // The beginning of some frame, the rest of it lost.
          else desk.hear(withCrc(body).subarray(0, Math.min(cut, body.length - 1)), lengths);
        }
        desk.hear(onWire(wire, bodyOf(asked.transfer, asked.exception), 9), lengths);
        demandReply(desk.reply(9), asked);
      },
    );
    return together(replies, noise);
  },
};

function demandReply(
  reply: ReturnType<Desk["reply"]>,
  { transfer, exception }: { readonly transfer: Transfer; readonly exception: number | null },
): void {
  demand(reply !== undefined, "a sound reply is lost");
  if (exception !== null) {
    demand(reply.kind === "exception" && reply.code === exception, `an exception becomes ${JSON.stringify(reply)}`);
    return;
  }
  demand(reply.kind === "values", `a sound reply becomes ${JSON.stringify(reply)}`);
  demandValues(transfer, reply.values);
  if (transfer.kind === "readHolding")
    demand(reply.values[1] === ((74 << 8) | 111), `the wrong values ${reply.values.join()}`);
}
