/**
 * The wires below a hub. Bytes take the time they take at the line's speed, each device takes its own time to answer, and
 * what nobody understands is answered by nobody.
 */
import type { Level } from "../../../../hal/digital-line.ts";
import type { Lines } from "../../../../hal/lines.ts";
import type { ModuleContext, ModuleFactory } from "../../../../hal/module.ts";
import type { ByteStreamListener, SerialSettings } from "../../../../hal/serial-ports.ts";
import { DeviceError } from "../../../../src/core/errors.ts";
import { hasGoodCrc, withCrc } from "../../../modbus/rtu.ts";
import { SimulatedLine } from "../../lines/lines.ts";
import type { SimulatedSlave, SlaveAnswer } from "../slave.ts";
import type { manifest } from "./manifest.ts";

/** What a device takes to answer when it is well. */
const answerMs = 8;
/** Bytes without a meaning. */
const garbage = Buffer.from("00ff5aa5c39906", "hex");
const headerBytes = 6;

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock } = context;
  const slaves: SimulatedSlave[] = [];
  context.provide("main", {
    attach: ({ slave }) => {
      slaves.push(slave);
    },
  });

  /** Unit, function and data of a request; the reply of whoever is meant, in the same form. */
  function ask(request: Buffer): SlaveAnswer | null {
    const slave = slaves.find(({ unit }) => unit === request[0]);
    return slave?.answer(request.subarray(1)) ?? null;
  }

  const bodyOf = ({ unit, body }: SlaveAnswer): Buffer => Buffer.concat([Buffer.from([unit]), body]);

  function overTcp(bytes: Buffer): { answer: SlaveAnswer; frame: Buffer } | null {
    if (bytes.length < headerBytes + 2) return null;
    const answer = ask(bytes.subarray(headerBytes));
    if (answer === null) return null;
    const body = bodyOf(answer);
    const header = Buffer.from(bytes.subarray(0, headerBytes));
    header.writeUInt16BE(body.length, 4);
    return { answer, frame: Buffer.concat([header, body]) };
  }

  function overRtu(bytes: Buffer): { answer: SlaveAnswer; frame: Buffer } | null {
    if (!hasGoodCrc(bytes)) return null;
    const answer = ask(bytes.subarray(0, -2));
    if (answer === null) return null;
    const frame = withCrc(bodyOf(answer));
    if (answer.wrongCrc) frame[frame.length - 1] = (frame[frame.length - 1] as number) ^ 0xff;
    return { answer, frame };
  }

  const serialPorts = {
    open(path: string, { baudRate, parity }: SerialSettings, listener: ByteStreamListener) {
      const isTcp = path.startsWith("tcp://");
      const byteMs = isTcp ? 0 : ((parity === "none" ? 10 : 11) * 1000) / baudRate;
      let open = true;
      const later = (afterMs: number, run: () => void): void => {
        clock.schedule("modbus line", clock.nowMs() + afterMs, () => {
          if (open) run();
        });
      };
      later(0, () => listener.opened());
      return {
        write(bytes: Uint8Array): boolean {
          const sent = Buffer.from(bytes);
          later(sent.length * byteMs + answerMs, () => {
            const told = isTcp ? overTcp(sent) : overRtu(sent);
            if (told === null) return;
            const frame = told.answer.garbage ? garbage : told.frame;
            later(frame.length * byteMs + told.answer.lateMs, () => listener.received(frame));
          });
          return true;
        },
        close(): void {
          open = false;
        },
      };
    },
  };
  /** Whatever line switches the direction, there is one; the wires do not care. */
  const lines: Lines = {
    output: (_name, initial) => openLine(initial),
    input: () => openLine("in"),
    pwm: (device) => {
      throw new DeviceError("no_such_pwm", `no PWM chip ${device}`);
    },
    adc: (device) => {
      throw new DeviceError("no_such_adc", `no converter ${device}`);
    },
  };
  return { serialPorts, lines };
};

function openLine(mode: "in" | Level): SimulatedLine {
  const line = new SimulatedLine();
  line.open(mode);
  return line;
}
