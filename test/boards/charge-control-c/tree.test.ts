/** The driver over a tree of real files, moved by the simulated world: nothing of what it does is other than without them. */
import t from "tap";
import { linuxLines } from "../../../boards/linux/lines.ts";
import type { AdcChannel } from "../../../hal/adc-channel.ts";
import type { InputLine, OutputLine } from "../../../hal/digital-line.ts";
import type { ConfigScalar } from "../../../hal/manifest.ts";
import type { PwmChannel } from "../../../hal/pwm-channel.ts";
import type { SysfsTree } from "../linux/sysfs-tree.ts";
import { sysfsTree } from "../linux/sysfs-tree.ts";
import type { Bench, Between } from "./bench.ts";
import { bench, charging } from "./bench.ts";

/** The numbers of the board's lines as its kernel counts them. */
const names: Readonly<Record<number, string>> = {
  13: "CP_INVERT",
  76: "RELAY_1_ENABLE",
  77: "RELAY_2_ENABLE",
  122: "DIGITAL_IN_2",
  130: "RELAY_2_SENSE",
  131: "RELAY_1_SENSE",
  138: "CP_POSITIVE_PEAK_RST",
  139: "CP_NEGATIVE_PEAK_RST",
};
const chips: Readonly<Record<string, string>> = { "0": "2084000.pwm", "4": "20fc000.pwm" };

/** The kernel between files and world: what is written moves the world, what is read shows it. */
function throughFiles(tree: SysfsTree): Between {
  return (world) => {
    const gpio = new Map<string, OutputLine & InputLine>();
    const pwm = new Map<string, PwmChannel>();
    const adc = new Map<string, AdcChannel>();
    const paths = new Map<number, string>();
    const { files } = tree;
    const own = (path: string): string => path.slice(tree.root.length + 1);
    const shown = new Map<string, string>();

    function put(path: string, text: string): void {
      if (shown.get(path) !== text) tree.put(own(path), text);
      shown.set(path, text);
    }

    function show(path: string): void {
      const [, number = ""] = /gpio(\d+)\/value$/.exec(path) ?? [];
      const line = gpio.get(number);
      if (line !== undefined) put(path, line.read() === "high" ? "1\n" : "0\n");
      const [, channel] = /in_(\w+)_raw$/.exec(path) ?? [];
      if (channel !== undefined) {
        const converter = adc.get(channel) ?? world.adc("2198000.adc", channel);
        adc.set(channel, converter);
        put(path, `${converter.readRaw()}\n`);
      }
    }

    function move(path: string, text: string): void {
      const [, number = ""] = /gpio(\d+)\/value$/.exec(path) ?? [];
      gpio.get(number)?.set(text === "1" ? "high" : "low");
      const [, chip = "", file] = /pwmchip(\d+)\/pwm0\/(\w+)$/.exec(path) ?? [];
      if (file === undefined) return;
      const channel = pwm.get(chip) ?? world.pwm(chips[chip] ?? "", 0);
      pwm.set(chip, channel);
      if (file === "period") channel.setPeriodNs(Number(text));
      else if (file === "duty_cycle") channel.setDutyNs(Number(text));
      else if (file === "enable") channel.setEnabled(text === "1");
    }

    return linuxLines({
      root: tree.root,
      files: {
        ...files,
        open(path, flags) {
          const fd = files.open(path, flags);
          paths.set(fd, path);
          return fd;
        },
        read(fd, into) {
          show(paths.get(fd) ?? "");
          return files.read(fd, into);
        },
        write(fd, bytes) {
          const path = paths.get(fd) ?? "";
          const taken = files.write(fd, bytes);
          shown.delete(path);
          move(path, Buffer.from(bytes).toString("latin1").trim());
          return taken;
        },
      },
      configure(number, mode) {
        tree.configure(number, mode);
        const name = names[number] ?? "";
        const line = mode === "in" ? world.input(name) : world.output(name, mode);
        gpio.set(String(number), line as OutputLine & InputLine);
      },
    });
  };
}

type Story = (world: Bench) => void;

const rcm = { rcm_enable: true, rcm_fault_active_low: true };
/** Without CbTarragonDIs every digital input reads high. */
const stories: readonly [name: string, given: Readonly<Record<string, ConfigScalar>>, story: Story][] = [
  [
    "a session",
    {},
    (world) => {
      world.bsp("pwm_on", { value: 10 });
      world.until(11_100);
      world.car("B");
      world.until(11_200);
      world.permit(false);
      world.bsp("cp_state_X1");
      world.car("A");
    },
  ],
  [
    "every way of driving the pilot",
    {},
    (world) => {
      for (const [index, request] of ["cp_state_F", "cp_state_X1", "cp_state_E", "cp_state_X1"].entries()) {
        world.bsp(request);
        world.until(11_100 + 100 * index);
      }
      world.bsp("enable", { value: false });
      world.until(11_600);
      world.bsp("enable", { value: true });
    },
  ],
  ["a pilot fault", {}, (world) => world.sim("cp_voltage", { value: -5 })],
  ["a plug pulled", {}, (world) => world.sim("pp_removed", { value: true })],
  [
    "a welded contactor",
    { switch_3ph1ph_wiring: "serial", contactor_2_feedback_type: "nc" },
    (world) => {
      world.sim("relay_welded", { relay: 1, value: true });
      world.permit(false);
    },
  ],
  ["conversions that time out", rcm, (world) => world.sim("adc_silent", { value: true })],
];

/** What was told, in order. */
function outcome(given: Readonly<Record<string, ConfigScalar>>, story: Story, between?: Between): unknown {
  const world = charging(bench(given, between));
  story(world);
  world.until(12_500);
  world.stop(true);
  world.until(13_000);
  return { events: world.events, faults: world.faults, published: world.published };
}

for (const [name, given, story] of stories) {
  t.test(`over files as without them: ${name}`, async (t) => {
    const tree = sysfsTree();
    t.teardown(() => tree.remove());
    const over = outcome(given, story, throughFiles(tree));
    t.match(over, { events: [/A$/, /B$/, /B$/, /C$/, /PowerOn$/] }, "it charged");
    t.same(over, outcome(given, story));
    t.equal(tree.text("class/gpio/gpio76/value"), "0", "the contactor is off");
    t.equal(tree.text("class/pwm/pwmchip4/pwm0/duty_cycle"), "0", "the pilot is F");
    t.equal(tree.text("class/gpio/gpio13/value"), "1");
  });
}
