/**
 * `npm run yeti-mcu`: the emulated controller of a Yeti board on a pseudo-terminal, in real time, with a vehicle at its pilot.
 * The first line it prints is the serial port; a station with `serial_port` set to it and `reset_gpio_chip: ""` drives it as it
 * would a board. What is typed is done: see `commands`.
 */
import { createInterface } from "node:readline";
import { Controller, noVehicle } from "../../boards/sim/yeti/controller.ts";
import { cleanLine, SerialLine } from "../../boards/sim/yeti/serial-line.ts";
import type { FlagName } from "../../boards/yeti/error-flags.ts";
import { flagNames } from "../../boards/yeti/error-flags.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { SystemClock } from "../../src/runtime/system-clock.ts";
import { openPty } from "./pty.ts";

/** How long a vehicle takes from an offer to C. */
const thinkMs = 500;
const wantedA = 16;
const baudRate = 115_200;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const clock = new SystemClock();
const pty = await openPty((bytes) => clock.turn(() => toController.send(bytes)));
const toController: SerialLine = new SerialLine(clock, systemRandom, baudRate, (bytes) => controller.receive(bytes));
const toHost: SerialLine = new SerialLine(clock, systemRandom, baudRate, (bytes) => pty.write(bytes));
const line = [toController, toHost];
let told = "";
const controller: Controller = new Controller(clock, systemRandom, {
  transmit: (frame) => toHost.send(frame),
  changed: () => {
    const { pilotSource, contactorClosed } = controller;
    const offer = pilotSource.mode === "pwm" ? `${pilotSource.dutyPercent} %` : pilotSource.mode;
    const now = `pilot ${offer}, contactor ${contactorClosed ? "closed" : "open"}`;
    if (now !== told) say(now);
    told = now;
    if (offered() !== drawing()) clock.schedule("vehicle", clock.nowMs() + thinkMs, charge);
  },
});

const offered = (): boolean => controller.pilotSource.mode === "pwm";
const drawing = (): boolean => controller.vehicle.load === "C";

/** A vehicle that is plugged in takes what it is offered. */
function charge(): void {
  const { load } = controller.vehicle;
  if (load !== "B" && load !== "C") return;
  controller.setVehicle({ ...noVehicle, load: offered() ? "C" : "B", powerAllowed: true, wantedA });
}

const plug = (load: "A" | "B"): void => controller.setVehicle({ ...noVehicle, load, powerAllowed: true, wantedA });

const commands: Readonly<Record<string, (argument: string) => void>> = {
  plug: () => {
    plug("B");
    charge();
  },
  unplug: () => plug("A"),
  /** A flag by its name in the schema, or that name with a minus in front of it. */
  flag: (argument) => {
    const name = argument.replace(/^-/, "");
    if (flagNames.includes(name as FlagName)) controller.forceFlag(name as FlagName, !argument.startsWith("-"));
    else say(`flag: one of ${flagNames.join(", ")}`);
  },
  restart: () => controller.restart("WATCHDOG"),
  freeze: () => controller.setFrozen(true),
  thaw: () => controller.setFrozen(false),
  cut: () => {
    for (const direction of line) direction.cut = true;
  },
  mend: () => {
    for (const direction of line) direction.cut = false;
  },
  /** Shares of bytes with a bit flipped, of frames dropped and of frames doubled, all the same: 0.01, or 0 for a clean line. */
  noise: (argument) => {
    const share = Number(argument);
    if (argument === "" || !(share >= 0 && share < 1)) return say("noise: a share, from 0 to below 1");
    for (const direction of line) {
      direction.noise = share === 0 ? cleanLine : { flipped: share, dropped: share, doubled: share };
    }
  },
  quit: () => end(),
};

function end(): void {
  clock.stop();
  pty.close();
  process.exit();
}

say(pty.path);
clock.turn(() => controller.setReset(false));
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [name = "", argument = ""] = line.trim().split(/\s+/);
    const run = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (run !== undefined) clock.turn(() => run(argument));
    else if (name !== "") say(`one of ${Object.keys(commands).join(", ")}`);
  })
  .on("close", end);
