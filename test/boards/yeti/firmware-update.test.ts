import t from "tap";
import { Controller, noVehicle } from "../../../boards/sim/yeti/controller.ts";
import { encodeEverestToMcu } from "../../../boards/yeti/codec.ts";
import { updateFirmware } from "../../../boards/yeti/firmware-update.ts";
import { compareVersions, firmwareVersion, versionOfFile } from "../../../boards/yeti/firmware-version.ts";
import { frameOf } from "../../../boards/yeti/frame.ts";
import type { EverestToMcu } from "../../../boards/yeti/schema.ts";
import type { ByteStreamListener } from "../../../hal/serial-ports.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";

t.test("versions", async (t) => {
  t.same(firmwareVersion("2.0-1-g2d51638"), [2, 0, 1]);
  t.same(firmwareVersion("2.2"), [2, 2, 0]);
  t.same(firmwareVersion("n/a"), [0, 0, 0]);
  t.same(firmwareVersion(""), [0, 0, 0]);
  t.same(versionOfFile("yetiR1_2.0-1_firmware.bin"), [2, 0, 1]);
  t.same(versionOfFile("yetiR1_2.2_firmware.bin"), [2, 2, 0]);
  t.same(versionOfFile("yetiR1.bin"), [0, 0, 0]);
  t.same(versionOfFile("other_9.9_firmware.bin"), [0, 0, 0]);
  t.ok(compareVersions([2, 0, 1], [2, 2, 0]) < 0);
  t.equal(compareVersions([2, 2, 0], [2, 2, 0]), 0);
  t.ok(compareVersions([10, 0, 0], [9, 9, 9]) > 0);
});

interface Bench {
  readonly controller: Controller;
  readonly said: string[];
  readonly flashed: string[];
  /** Says something to the controller, and lets a second pass. */
  tell(...messages: readonly EverestToMcu[]): void;
  run(options?: { readonly force?: boolean; readonly failures?: number }): Promise<boolean>;
}

/** A controller with version 2.0-1 at a line of its own, in virtual time. */
function bench(): Bench {
  const clock = new VirtualClock();
  let listener: ByteStreamListener | null = null;
  const controller = new Controller(clock, seededRandom(1, "controller"), {
    transmit: (frame) => listener?.received(frame),
    changed: () => {},
  });
  controller.firmware = "2.0-1-g2d51638";
  controller.setReset(false);
  clock.runUntil(1000);
  const [said, flashed]: [string[], string[]] = [[], []];
  return {
    controller,
    said,
    flashed,
    tell(...messages) {
      for (const message of messages) clock.turn(() => controller.receive(frameOf(encodeEverestToMcu(message))));
      clock.runUntil(clock.nowMs() + 1000);
    },
    run: ({ force = false, failures = 0 } = {}) =>
      updateFirmware(
        { port: "/dev/ttyUSB0", file: "/images/yetiR1_2.2_firmware.bin", fileName: "yetiR1_2.2_firmware.bin", force },
        {
          ports: {
            open(_path, _settings, opener) {
              listener = opener;
              clock.schedule("open", clock.nowMs(), () => opener.opened());
              return {
                write: (bytes) => {
                  clock.turn(() => controller.receive(bytes));
                  return true;
                },
                close: () => {
                  listener = null;
                },
              };
            },
          },
          sleep: async (ms) => clock.runUntil(clock.nowMs() + ms),
          flash: async (port, file, progress) => {
            flashed.push(`${port} ${file}`);
            t.equal(listener, null, "the port is free for the other program");
            progress(50);
            if (flashed.length <= failures) return false;
            controller.firmware = "2.2-0-gnew";
            controller.restart("USER");
            return true;
          },
          say: (text) => said.push(text),
          progress: (percent) => said.push(`${percent} %`),
        },
      ),
  };
}

t.test("an older firmware is replaced", async (t) => {
  const { run, said, flashed } = bench();
  t.equal(await run(), true);
  t.same(flashed, ["/dev/ttyUSB0 /images/yetiR1_2.2_firmware.bin"]);
  t.same(said, ["controller has 2.0-1, yetiR1_2.2_firmware.bin is 2.2-0", "50 %", "controller has 2.2-0"]);
});

t.test("the same one is not", async (t) => {
  const { run, controller, said, flashed } = bench();
  controller.firmware = "2.2-0-g123";
  t.equal(await run(), false);
  t.match(said, [String, "nothing to do"]);
  t.same(flashed, []);
  t.equal(await run({ force: true }), true);
});

t.test("a write that fails is tried again, three times in all", async (t) => {
  const second = bench();
  t.equal(await second.run({ failures: 2 }), true);
  t.equal(second.flashed.length, 3);
  const never = bench();
  await t.rejects(never.run({ failures: 3 }), { code: "yeti_not_flashed" });
  t.equal(never.flashed.length, 3);
});

t.test("never while a vehicle is connected", async (t) => {
  const connected = bench();
  connected.controller.setVehicle({ ...noVehicle, load: "B" });
  await t.rejects(connected.run(), { code: "yeti_in_use", message: /a vehicle is connected \(STATE_B\)/ });
  t.same(connected.flashed, []);
  const charging = bench();
  charging.controller.setVehicle({ ...noVehicle, load: "C", powerAllowed: true, wantedA: 16 });
  charging.tell({ pwm_duty_cycle: 5333 }, { allow_power_on: true });
  await t.rejects(charging.run(), { code: "yeti_in_use", message: /a vehicle charges/ });
  t.ok(charging.controller.contactorClosed, "and goes on charging");
  connected.controller.setFrozen(true);
  await t.rejects(connected.run(), { code: "yeti_silent" });
});
