/** Service mode, and what may be moved by hand in it. */
import type { Command, CommandCall } from "./command.ts";
import { refused, told } from "./command.ts";

/** A contactor that closes has said so by then. */
const confirmationMs = 500;

const evseOf = ({ evses }: CommandCall): string => evses[0] ?? "";

const service: Command = {
  name: "service",
  usage: "on | off",
  summary: "hardware may be moved by hand while no vehicle is connected",
  evse: "one",
  words: [1, 1],
  run(call) {
    const [wanted] = call.words;
    if (wanted === "off") {
      const complaint = call.service.end("it was asked for", call.seat);
      return complaint === null ? told("service mode is off; the outputs are in the safe state") : refused(complaint);
    }
    if (wanted !== "on") return refused("service on, or service off");
    const evse = evseOf(call);
    const complaint = call.service.enter(evse, call.seat, (why) => call.seat.notify(`service mode has ended: ${why}`));
    return complaint === null
      ? told(`service mode is on at ${evse}: pwm, relay, lock. It ends with a vehicle, or with service off.`)
      : refused(complaint);
  },
};

const pwm: Command = {
  name: "pwm",
  usage: "PERCENT | x1",
  summary: "duty cycle of the pilot, 3 to 97 (service mode)",
  evse: "one",
  words: [1, 1],
  run(call) {
    const [text = ""] = call.words;
    const isX1 = text.toLowerCase() === "x1";
    const percent = isX1 ? 100 : Number(text);
    if (!isX1 && (!/^\d{1,2}(\.\d{1,2})?$/.test(text) || percent < 3 || percent > 97)) {
      return refused("a duty cycle of 3 to 97 percent, or x1");
    }
    const complaint = call.service.pwm(evseOf(call), percent);
    return complaint === null
      ? told(isX1 ? "the pilot is at X1" : `the pilot has ${percent} % PWM`)
      : refused(complaint);
  },
};

/** on or off, or undefined. */
const onOff = (word: string | undefined): boolean | undefined =>
  word === "on" ? true : word === "off" ? false : undefined;

const relay: Command = {
  name: "relay",
  usage: "on | off",
  summary: "lets the board close its contactor, or opens it (service mode)",
  evse: "one",
  words: [1, 1],
  run(call) {
    const closed = onOff(call.words[0]);
    if (closed === undefined) return refused("relay on, or relay off");
    const evse = evseOf(call);
    const complaint = call.service.relay(evse, closed);
    if (complaint !== null) return refused(complaint);
    if (!closed) return told("the contactor was told to open");
    return {
      kind: "later",
      start(done) {
        const { clock } = call.station;
        clock.schedule("console", clock.nowMs() + confirmationMs, () => {
          const contactor = call.memory.live.station.connectors.find(({ id }) => id === evse)?.contactor;
          done([
            contactor?.confirmed === true
              ? "the contactor is closed"
              : "the board was told, and did not close: its interlock wants state C under PWM",
          ]);
        });
      },
    };
  },
};

const lock: Command = {
  name: "lock",
  usage: "on | off",
  summary: "moves the lock of the plug (service mode)",
  evse: "one",
  words: [1, 1],
  run(call) {
    const locked = onOff(call.words[0]);
    if (locked === undefined) return refused("lock on, or lock off");
    const complaint = call.service.lock(evseOf(call), locked);
    return complaint === null
      ? told(locked ? "the lock was told to lock" : "the lock was told to unlock")
      : refused(complaint);
  },
};

export const byHand: readonly Command[] = [service, pwm, relay, lock];
