/** What goes over the serial line of a Yeti board, by hand. Design, section 3.2. */
import { readFileSync } from "node:fs";
import type { Decoded } from "../../boards/yeti/codec.ts";
import {
  decodeEverestToMcu,
  decodeMcuToEverest,
  encodeEverestToMcu,
  encodeMcuToEverest,
} from "../../boards/yeti/codec.ts";
import { frameOf } from "../../boards/yeti/frame.ts";
import { MessageReader } from "../../boards/yeti/message-reader.ts";
import type { EverestToMcu, McuToEverest } from "../../boards/yeti/schema.ts";
import { everestToMcu, mcuToEverest } from "../../boards/yeti/schema.ts";
import { printable, quote } from "../config/quote.ts";
import { UsageError } from "../core/errors.ts";
import { exitStatus } from "./exit-status.ts";
import { readYetiMessage } from "./yeti-message.ts";

export const yetiPeers = ["mcu", "everest"] as const;
export type YetiPeer = (typeof yetiPeers)[number];

const decoders: Readonly<Record<YetiPeer, (payload: Uint8Array) => Decoded<object>>> = {
  mcu: decodeMcuToEverest,
  everest: decodeEverestToMcu,
};

/** Prints a line for each frame; what was dropped makes the exit status 1. */
export function yetiDecode(hex: readonly string[], { from }: { readonly from: YetiPeer }): void {
  const stream = bytesOf(hex.length > 0 ? hex.join("") : readFileSync(0, "latin1"));
  const lines: string[] = [];
  let dropped = false;
  const reader = new MessageReader<object>(decoders[from], {
    message: (message, offset) => lines.push(JSON.stringify({ offset, ok: true, message }, writable)),
    dropped: (error, offset, end) => {
      dropped = true;
      const bytes = stream.toString("hex", offset, end);
      lines.push(JSON.stringify({ offset, ok: false, error, bytes }));
    },
  });
  reader.push(stream);
  reader.end();
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  if (dropped) process.exitCode = exitStatus.failed;
}

/** Prints the frame of a message. */
export function yetiEncode(text: string, { to }: { readonly to: YetiPeer }): void {
  const payload =
    to === "mcu"
      ? encodeEverestToMcu(readYetiMessage(text, everestToMcu) as EverestToMcu)
      : encodeMcuToEverest(readYetiMessage(text, mcuToEverest) as McuToEverest);
  process.stdout.write(`${JSON.stringify({ frame: Buffer.from(frameOf(payload)).toString("hex") })}\n`);
}

/** JSON has no words for these numbers; protocol buffers have strings for them. */
const writable = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

function bytesOf(text: string): Buffer {
  const digits = text.replace(/\s+/g, "");
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong !== null) throw new UsageError("hex", printable(`${quote(wrong[0])} is no hexadecimal digit`));
  if (digits.length % 2 > 0) throw new UsageError("hex", `${digits.length} hexadecimal digits are no whole bytes`);
  return Buffer.from(digits, "hex");
}
