/**
 * `npm run test:pty`: what goes wrong with a Yeti, once over a real pseudo-terminal in real time, the shipped daemon and the
 * emulated controller each a process. The same in virtual time, in all variations: test/scenario/yeti.test.ts.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import t from "tap";
import { finished, start, stationFile } from "../../cli/command-line.ts";

const tool = fileURLToPath(new URL("../../../tools/yeti-mcu/yeti-mcu.ts", import.meta.url));
const loader = import.meta.resolve("tsx");

type Line = Readonly<Record<string, unknown>>;

/** Lines as they come, to be waited for one after the other. */
class Told {
  readonly all: Line[] = [];
  #next = 0;
  #heard = (): void => {};

  hear(line: Line): void {
    this.all.push(line);
    this.#heard();
  }

  /** One line like each of these, in any order, after those waited for before. */
  async next(...wanted: readonly Line[]): Promise<void> {
    for (;;) {
      const places = wanted.map((one) => this.all.findIndex((line, at) => at >= this.#next && like(line, one)));
      if (places.every((at) => at >= 0)) {
        this.#next = Math.max(...places) + 1;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}

const like = (line: Line, wanted: Line): boolean =>
  Object.entries(wanted).every(([field, value]) => line[field] === value);
const event = (name: string): Line => ({ kind: "session_event", event: name });
const contactor = (closed: boolean): Line => ({ kind: "contactor", closed });
const error = (action: "raise" | "clear", type: string): Line => ({ kind: "error", action, type });

t.setTimeout(180_000);

t.test("faults over a real line", async (t) => {
  const controller = spawn(process.execPath, ["--no-warnings", `--import=${loader}`, tool], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.teardown(() => controller.kill());
  const port = await new Promise<string>((resolve) => createInterface(controller.stdout).once("line", resolve));
  const station = start([
    ...["run", stationFile("yeti"), "--events", "--log-level", "error"],
    ...["--set", `bsp.serial_port=${port}`, "--set", 'bsp.reset_gpio_chip=""'],
  ]);
  t.teardown(() => station.kill());
  const ended = finished(station);
  const told = new Told();
  createInterface(station.stdout).on("line", (text) => told.hear(JSON.parse(text) as Line));
  const below = (command: string): void => void controller.stdin.write(`${command}\n`);
  const charges = async (): Promise<void> => {
    below("plug");
    await told.next(contactor(true), event("ChargingStarted"));
  };
  const leaves = async (): Promise<void> => {
    below("unplug");
    await told.next(event("SessionFinished"));
  };
  await told.next(event("Enabled"));

  const flags: readonly (readonly [flag: string, type: string, untilUnplugged: boolean])[] = [
    ["diode_fault", "evse_board_support/DiodeFault", false],
    ["rcd_selftest_failed", "ac_rcd/Selftest", false],
    ["rcd_triggered", "evse_board_support/MREC2GroundFailure", true],
    ["ventilation_not_available", "evse_board_support/VentilationNotAvailable", false],
    ["connector_lock_failed", "connector_lock/MREC1ConnectorLockFailure", true],
    ["cp_signal_fault", "evse_board_support/MREC14PilotFault", false],
    ["over_current", "evse_board_support/MREC4OverCurrentFailure", true],
  ];
  for (const [flag, type, untilUnplugged] of flags) {
    await t.test(`the controller says ${flag}`, async (t) => {
      await charges();
      below(`flag ${flag}`);
      await told.next(error("raise", type), contactor(false));
      below(`flag -${flag}`);
      if (untilUnplugged) {
        below("unplug");
        await told.next(error("clear", type), event("SessionFinished"));
      } else {
        await told.next(error("clear", type), contactor(true));
        await leaves();
      }
      t.pass("raised, open, cleared");
    });
  }

  await t.test("the line is lost while a car charges", async (t) => {
    await charges();
    below("cut");
    const lost = "evse_board_support/CommunicationFault";
    await told.next(
      { ...error("raise", lost), sub_type: "McuToEverest" },
      { kind: "contactor_command", closed: false },
    );
    below("mend");
    await told.next(error("clear", lost), contactor(true));
    await leaves();
    t.pass("told to open, and charged on once the line was back");
  });

  await t.test("the controller resets itself while a car charges", async (t) => {
    await charges();
    below("restart");
    await told.next(contactor(false));
    await told.next(contactor(true));
    await leaves();
    t.pass("and the car charges on");
  });

  await t.test("1 % of bytes flipped, of frames dropped and doubled, in pieces", async (t) => {
    below("noise 0.01");
    await charges();
    for (let reading = 0; reading < 10; reading++) await told.next({ kind: "powermeter" });
    await leaves();
    below("noise 0");
    t.pass("a session from plug to unplug");
  });

  station.kill("SIGINT");
  const { status } = await ended;
  t.equal(status, 0);
  const count = (wanted: Line): number => told.all.filter((line) => like(line, wanted)).length;
  t.equal(count(event("TransactionStarted")), 10);
  t.equal(count(event("TransactionFinished")), 10, "every bill is finished");
});
