import { connect } from "node:net";
import fc from "fast-check";
import WebSocket from "ws";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { systemNetwork } from "../../src/runtime/system-network.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { mutatedBytes, pieceLengths, pieces } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser } from "./parser-fuzz.ts";
import { configurationOf, stationFile } from "./scenario-files.ts";

const hello = JSON.stringify({ jsonrpc: "2.0", id: "hello", method: "API.Hello", params: {} });
const handshake =
  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** RFC 6455, section 5.2, masked with zeros. */
function frame(first: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Uint8Array.from([first, ...size, 0, 0, 0, 0, ...payload]);
}

const frames = fc
  .array(
    fc
      .tuple(
        fc.constantFrom(0x81, 0x81, 0x01, 0x00, 0x80, 0x82, 0x88, 0x89, 0x8a, 0xc1, 0x83, 0xff),
        fc.oneof(fc.constant(Uint8Array.from(Buffer.from(hello))), fc.uint8Array({ maxLength: 200 })),
      )
      .map(([first, payload]) => frame(first, payload)),
    { minLength: 1, maxLength: 8 },
  )
  .chain((all) => {
    const stream = Uint8Array.from(all.flatMap((one) => [...one]));
    return fc.oneof(fc.constant(stream), mutatedBytes([stream], 4));
  });

interface Input {
  readonly greets: Uint8Array;
  readonly sends: Uint8Array;
  readonly lengths: readonly number[];
}

const patienceMs = 5000;

/** Over a real socket, and so in real time: whoever talks nonsense is sent away at most, and others are answered. */
export const websocketBytes: ParserFuzz = {
  name: "websocket",
  about: "bytes at the port of the JSON-RPC API, over a real socket",
  runsInTest: 5,
  async open() {
    let addresses: readonly string[] = [];
    const clock = new VirtualClock();
    const hear = (event: string, fields: object = {}): void => {
      if (event === "rpc_api.listening") ({ addresses } = fields as { addresses: readonly string[] });
    };
    const silent = createLogger("silent");
    const { station } = await compose(await configurationOf(stationFile("rpc-api")), {
      clock,
      log: (component) => ({ ...silent(component), info: hear }),
      random: (stream) => seededRandom(1, stream),
      simulate: true,
      network: systemNetwork,
    });
    station.ready();
    clock.runUntil(10_000);
    for (let tries = 0; addresses.length === 0 && tries < 500; tries++) await pause(10);
    const port = Number(addresses[0]?.split(":").at(-1));
    demand(port > 0, "listens nowhere");

    async function isAnswered(): Promise<boolean> {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`);
      let isHeard = false;
      socket.on("error", () => {});
      socket.on("open", () => socket.send(hello));
      socket.on("message", (data) => {
        isHeard ||= String(data).includes('"id":"hello"');
      });
      const endMs = performance.now() + patienceMs;
      while (!isHeard && performance.now() < endMs) {
        await pause(1);
        clock.runUntil(clock.nowMs() + 10);
      }
      socket.terminate();
      return isHeard;
    }

    const greeting = Uint8Array.from(Buffer.from(handshake));
    const inputs = fc.record<Input>({
      greets: fc.oneof({ weight: 4, arbitrary: fc.constant(greeting) }, mutatedBytes([greeting], 3)),
      sends: fc.oneof({ weight: 4, arbitrary: frames }, fc.uint8Array({ maxLength: 2000 })),
      lengths: pieceLengths,
    });
    const holds = async ({ greets, sends, lengths }: Input): Promise<void> => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.on("error", () => {});
      socket.resume();
      socket.write(greets);
      for (const piece of pieces(
        sends,
        lengths.map((length) => length * 16),
      )) {
        if (socket.destroyed) break;
        socket.write(piece);
        await pause(0);
      }
      demand(await isAnswered(), "no answer to another client");
      socket.destroy();
    };
    const parser = openParser(inputs, holds, {
      "a frame that says it is larger than all memory": () => ({
        greets: greeting,
        sends: Uint8Array.from([
          0x81,
          0xff,
          0x7f,
          255,
          255,
          255,
          255,
          255,
          255,
          255,
          0,
          0,
          0,
          0,
          ...Buffer.from("x".repeat(1000)),
        ]),
        lengths: [40],
      }),
      "a thousand pings": () => ({
        greets: greeting,
        sends: Uint8Array.from(Array.from({ length: 1000 }, () => [...frame(0x89, new Uint8Array())]).flat()),
        lengths: [40],
      }),
      "a message of a thousand pieces": () => ({
        greets: greeting,
        sends: Uint8Array.from([
          ...frame(0x01, new Uint8Array(1)),
          ...Array.from({ length: 1000 }, () => [...frame(0x00, new Uint8Array(1))]).flat(),
        ]),
        lengths: [40],
      }),
      "a header without an end": () => ({ greets: new Uint8Array(200_000).fill(65), sends: greeting, lengths: [40] }),
    });
    return { ...parser, close: () => station.stop(true) };
  },
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
