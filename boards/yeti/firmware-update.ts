/**
 * Brings another firmware into the controller: it is asked to start the loader in its ROM, and a program made for that loader
 * does the rest. Never while a vehicle is connected: the board has no controller meanwhile.
 *
 * Source: Yeti facts, section 12.
 */
import type { ByteStream, SerialPorts } from "../../hal/serial-ports.ts";
import { DeviceError } from "../../src/core/errors.ts";
import { decodeMcuToEverest, encodeEverestToMcu } from "./codec.ts";
import { compareVersions, firmwareVersion, versionOfFile, versionText } from "./firmware-version.ts";
import { frameOf } from "./frame.ts";
import { MessageReader } from "./message-reader.ts";
import type { EverestToMcu, McuPayloads, McuToEverest } from "./schema.ts";

/** Milliseconds. Section 12, and section 4 for what the controller tells how often. */
const timing = { look: 50, answer: 5000, meter: 2500, states: 2500, loader: 1000, closed: 1000 } as const;
const baudRate = 115_200;
const syncs = 2;
const attempts = 3;
/** A vehicle that charges draws more, whatever it may be. */
const idleA = 1;

export interface FirmwareUpdate {
  readonly port: string;
  /** Path of the image. */
  readonly file: string;
  readonly fileName: string;
  /** An older or the same firmware too, and though it is not known that no vehicle is there. */
  readonly force: boolean;
}

/** What the update has of the world. */
export interface UpdateTools {
  readonly ports: SerialPorts;
  sleep(ms: number): Promise<void>;
  /** Writes, verifies and starts the image through the loader; answers whether it was done. */
  flash(port: string, file: string, progress: (percent: number) => void): Promise<boolean>;
  say(text: string): void;
  progress(percent: number): void;
}

type Heard = { -readonly [K in keyof McuPayloads]?: McuPayloads[K] };

class Line {
  heard: Heard = {};
  readonly #tools: UpdateTools;
  readonly #port: string;
  #stream: ByteStream | null = null;

  constructor(tools: UpdateTools, port: string) {
    this.#tools = tools;
    this.#port = port;
  }

  async open(): Promise<void> {
    this.heard = {};
    const reader = new MessageReader<McuToEverest>(decodeMcuToEverest, {
      message: (message) => Object.assign(this.heard, message),
      dropped: () => {},
    });
    let [opened, failure] = [false, null as DeviceError | null];
    this.#stream = this.#tools.ports.open(
      this.#port,
      { baudRate, parity: "none" },
      {
        opened: () => {
          opened = true;
        },
        received: (bytes) => reader.push(bytes),
        closed: (why) => {
          failure = why;
        },
      },
    );
    await this.#until(() => opened || failure !== null, timing.answer);
    if (failure !== null) throw failure;
  }

  send(message: EverestToMcu): void {
    this.#stream?.write(frameOf(encodeEverestToMcu(message)));
  }

  close(): void {
    this.#stream?.close();
    this.#stream = null;
  }

  /** Resolves with whether it was heard in time. */
  hears(isIt: (heard: Heard) => boolean, withinMs: number): Promise<boolean> {
    return this.#until(() => isIt(this.heard), withinMs);
  }

  async #until(isSo: () => boolean, withinMs: number): Promise<boolean> {
    for (let waitedMs = 0; !isSo(); waitedMs += timing.look) {
      if (waitedMs >= withinMs) return false;
      await this.#tools.sleep(timing.look);
    }
    return true;
  }
}

/**
 * Answers whether the controller has the firmware of the image because of it.
 * @throws DeviceError when it must not be touched, does not answer, or does not take the image.
 */
export async function updateFirmware(update: FirmwareUpdate, tools: UpdateTools): Promise<boolean> {
  const line = new Line(tools, update.port);
  const wanted = versionOfFile(update.fileName);
  await line.open();
  try {
    if (!(await line.hears(isAlive, timing.answer))) throw silent();
    const installed = firmwareVersion(line.heard.keep_alive?.sw_version_string ?? "");
    tools.say(`controller has ${versionText(installed)}, ${update.fileName} is ${versionText(wanted)}`);
    if (compareVersions(installed, wanted) >= 0 && !update.force) {
      tools.say("nothing to do");
      return false;
    }
    if (!update.force) await refuseVehicle(line);
    for (let count = 0; count < syncs; count++) line.send({ keep_alive: { sw_version_string: "evsed" } });
    line.send({ firmware_update: { invoke_rom_bootloader: true } });
    await tools.sleep(timing.loader);
  } finally {
    line.close();
  }
  await tools.sleep(timing.closed);
  await write(update, tools);
  await line.open();
  try {
    if (!(await line.hears(isAlive, timing.answer))) throw silent();
    const now = firmwareVersion(line.heard.keep_alive?.sw_version_string ?? "");
    tools.say(`controller has ${versionText(now)}`);
    if (compareVersions(now, wanted) === 0) return true;
    tools.say("that is not the version of the image");
    return false;
  } finally {
    line.close();
  }
}

const isAlive = ({ keep_alive }: Heard): boolean => keep_alive !== undefined;

const silent = (): DeviceError =>
  new DeviceError("yeti_silent", "the controller does not answer; one that is stuck in its loader starts by a reset");

/** States are told on change only: it takes a reset to hear of them, and that only where no current flows. */
async function refuseVehicle(line: Line): Promise<void> {
  await line.hears(({ power_meter }) => power_meter !== undefined, timing.meter);
  const { irmsL1 = 0, irmsL2 = 0, irmsL3 = 0 } = line.heard.power_meter ?? {};
  if (line.heard.relais_state === true || Math.max(irmsL1, irmsL2, irmsL3) > idleA) throw refused("a vehicle charges");
  line.heard = {};
  line.send({ reset: false });
  // It boots in F, and sees what is there only after it.
  await line.hears(({ cp_state }) => cp_state !== undefined && cp_state !== "STATE_F", timing.states);
  const { cp_state } = line.heard;
  if (cp_state === undefined) throw refused("the controller does not tell whether a vehicle is connected");
  if (cp_state !== "STATE_A") throw refused(`a vehicle is connected (${cp_state})`);
}

const refused = (why: string): DeviceError => new DeviceError("yeti_in_use", `${why}: nothing was changed`);

async function write({ port, file }: FirmwareUpdate, tools: UpdateTools): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) tools.say(`once more (${attempt} of ${attempts})`);
    if (await tools.flash(port, file, (percent) => tools.progress(percent))) return;
  }
  throw new DeviceError(
    "yeti_not_flashed",
    `the image was not written in ${attempts} attempts; the controller waits in its loader: try again, or reset it`,
  );
}
