/** A line with Modbus devices: its machine, a stream of bytes and, where there is one, the line that turns it round. */
import type { OutputLine } from "../../../hal/digital-line.ts";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { Reply } from "../../../hal/port.ts";
import type { Lane } from "../../../hal/serial-communication-hub.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { rtuFraming, tcpFraming } from "./framing.ts";
import type { LineAnswer, LineEffect, LineSettings, Transfer } from "./line.ts";
import { createLineMachine, initialLineState } from "./line.ts";
import type { MakeClient } from "./link.ts";
import { Link } from "./link.ts";
import type { manifest } from "./manifest.ts";

const baudRates: readonly number[] = [9600, 19_200, 38_400, 57_600, 115_200, 230_400];
const parities = ["none", "odd", "even"] as const;
/** Modbus application protocol, section 6: no request may ask for more. */
const mostRegistersRead = 125;
const mostRegistersWritten = 123;
const mostCoilsRead = 2000;
/** Modbus over serial line, section 2.5.1.1: 3.5 characters, above 19200 baud a fixed time. */
const silentCharacters = 3.5;
const leastSilenceMs = 1.75;
/** A reply may be this many time-outs old. */
const lateness = 2;

interface Sent {
  readonly target_device_id: number;
  readonly lane?: Lane;
  readonly deadline_ms?: number;
}

export function createHub(makeClient: MakeClient): ModuleFactory<typeof manifest> {
  return (context: ModuleContext<typeof manifest>) => {
    const { clock, log } = context;
    const config = context.implementationConfig("main");
    const isTcp = config.serial_port.startsWith("tcp://");
    const isNetwork = isTcp || config.serial_port.startsWith("rtu+tcp://");
    /** Start bit, eight data bits, parity, stop bit. */
    const bitsPerCharacter = config.parity === 0 ? 10 : 11;
    const characterMs = isTcp ? 0 : (bitsPerCharacter * 1000) / config.baudrate;
    const hasDirection = config.rxtx_gpio_chip !== "" && !isNetwork;

    const settings: LineSettings = {
      sendMs: (bytes) => bytes * characterMs,
      silentIntervalMs: isTcp ? 0 : Math.max(leastSilenceMs, silentCharacters * characterMs),
      firstByteMs: config.initial_timeout_ms,
      gapMs: config.within_message_timeout_ms,
      retries: config.retries,
      lateReplyMs: isTcp ? 0 : lateness * config.initial_timeout_ms,
      hasDirection,
    };
    const line = context.machine("line", createLineMachine(settings), initialLineState, perform);
    const answers = new Map<number, (answer: LineAnswer) => void>();
    let requests = 0;
    let link: Link | null = null;
    let direction: OutputLine | null = null;
    let isLost = false;

    function perform(effect: LineEffect): void {
      switch (effect.type) {
        case "open":
          link?.open();
          return;
        case "send":
          turn("sending");
          link?.send(effect.number, effect.unit, effect.transfer);
          return;
        case "giveUp":
          link?.giveUp();
          return;
        case "turnRound":
          turn("receiving");
          return;
        case "answer": {
          const tell = answers.get(effect.id);
          answers.delete(effect.id);
          tell?.(effect.answer);
          return;
        }
        case "deviceLost":
          log.warn("device_silent", { device: effect.unit });
          return;
        case "deviceBack":
          log.info("device_back", { device: effect.unit });
          return;
      }
    }

    function turn(to: "sending" | "receiving"): void {
      direction?.set((to === "sending") === config.rxtx_gpio_tx_high ? "high" : "low");
    }

    function submit(
      { target_device_id, lane = "control", deadline_ms }: Sent,
      transfers: readonly Transfer[],
      tell: (answer: LineAnswer) => void,
    ): void {
      const id = ++requests;
      answers.set(id, tell);
      // What is never answered would stand in the record for ever as well.
      const expiresMs = clock.nowMs() + (deadline_ms ?? longestWaitMs);
      line.post({ type: "submitted", request: { id, unit: target_device_id, lane, transfers, expiresMs } });
    }

    const registersPerPacket = Math.max(1, Math.trunc((config.max_packet_size - 5) / 2));
    const registersPerWrite = Math.max(1, Math.trunc((config.max_packet_size - 9) / 2));

    function read(
      kind: "readHolding" | "readInput",
      args: Sent & { readonly first_register_address: number; readonly num_registers_to_read: number },
      reply: Reply<{ status_code: LineAnswer["status"]; value?: readonly number[]; exception?: number }>,
    ): void {
      const pieces = split(args.num_registers_to_read, Math.min(mostRegistersRead, registersPerPacket));
      const transfers = pieces.map(({ start, count }) => ({
        kind,
        address: args.first_register_address + start,
        count,
      }));
      submit(args, transfers, (answer) =>
        reply({ ...told(answer), ...(answer.status === "Success" && { value: answer.values as number[] }) }),
      );
    }

    context.provide("main", {
      modbus_read_holding_registers: (args, reply) => read("readHolding", args, reply),
      modbus_read_input_registers: (args, reply) => read("readInput", args, reply),
      modbus_write_multiple_registers: (args, reply) => {
        const { data } = args.data_raw;
        const pieces = split(data.length, Math.min(mostRegistersWritten, registersPerWrite));
        const transfers = pieces.map(({ start, count }) => ({
          kind: "writeRegisters" as const,
          address: args.first_register_address + start,
          values: data.slice(start, start + count),
        }));
        submit(args, transfers, (answer) => reply(told(answer)));
      },
      modbus_write_single_register: (args, reply) => {
        const transfer = { kind: "writeRegister", address: args.register_address, value: args.data } as const;
        submit(args, [transfer], (answer) => reply(told(answer)));
      },
      modbus_read_coils: (args, reply) => {
        const pieces = split(args.num_coils_to_read, mostCoilsRead);
        const transfers = pieces.map(({ start, count }) => ({
          kind: "readCoils" as const,
          address: args.first_coil_address + start,
          count,
        }));
        submit(args, transfers, (answer) =>
          reply({ ...told(answer), ...(answer.status === "Success" && { value: answer.values as boolean[] }) }),
        );
      },
      modbus_write_single_coil: (args, reply) => {
        const transfer = { kind: "writeCoil", address: args.coil_address, value: args.data } as const;
        submit(args, [transfer], (answer) => reply(told(answer)));
      },
    });

    function reportLoss({ code, message }: DeviceError): void {
      // Once, until the line is back: it is tried again every few seconds.
      if (!isLost) log.error("line_lost", { code, message });
      isLost = true;
    }

    return {
      ready() {
        if (!isNetwork && !baudRates.includes(config.baudrate)) {
          throw new DeviceError("baudrate", `${context.moduleId}: baudrate is one of ${baudRates.join(", ")}`);
        }
        if (hasDirection) {
          const receiving = config.rxtx_gpio_tx_high ? "low" : "high";
          direction = context.lines.output(`${config.rxtx_gpio_chip}/${config.rxtx_gpio_line}`, receiving);
        }
        link = new Link({
          makeClient,
          ports: context.serialPorts,
          path: config.serial_port,
          settings: { baudRate: config.baudrate, parity: parities[config.parity] ?? "none", rtscts: config.rtscts },
          framing: isTcp ? tcpFraming() : rtuFraming({ hasEcho: config.ignore_echo }),
          post: (event) => {
            if (event.type === "opened" && isLost) log.info("line_back");
            if (event.type === "opened") isLost = false;
            line.post(event);
          },
          reportLoss,
        });
        line.post({ type: "started" });
      },
      stop() {
        link?.close();
        link = null;
      },
      reading() {
        const { name, devices } = line.state;
        const isUp = name !== "closed" && name !== "opening";
        const value = [...devices.values()].map(({ unit, failures, slowestMs, statistics }) => ({
          device_id: unit,
          answers: failures === 0,
          slowest_ms: slowestMs,
          ...statistics,
        }));
        return { quality: isUp ? "good" : "bad", value: { state: name, devices: value } };
      },
    };
  };
}

/** A driver that gives no deadline waits like the slowest meter's: Modbus facts, section 6. */
const longestWaitMs = 60_000;

const told = ({ status, exception }: LineAnswer) => ({
  status_code: status,
  ...(exception !== undefined && { exception }),
});

function split(total: number, most: number): { start: number; count: number }[] {
  const pieces: { start: number; count: number }[] = [];
  for (let start = 0; start < total; start += most) pieces.push({ start, count: Math.min(most, total - start) });
  return pieces;
}
