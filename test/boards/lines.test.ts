/** What every implementation of the line ports does, and what only the one over the kernel's files can get wrong. */
import t from "tap";
import { linuxLines } from "../../boards/linux/lines.ts";
import { loadOnoff } from "../../boards/linux/onoff.ts";
import { SimulatedLine, SimulatedPwm, simulatedLines } from "../../boards/sim/lines/lines.ts";
import type { Level } from "../../hal/digital-line.ts";
import type { Lines } from "../../hal/lines.ts";
import { sysfsTree } from "./linux/sysfs-tree.ts";

/** A machine seen from both of its ends. */
interface Machine {
  readonly lines: Lines;
  /** What a voltmeter shows at RELAY_1_ENABLE. */
  driven(): Level;
  /** Puts a level on RELAY_1_SENSE. */
  feedBack(level: Level): void;
  /** Counts that voltage2 of the converter shows from now on. */
  convert(raw: number): void;
}

const tree = sysfsTree();
t.teardown(() => tree.remove());

function simulatedMachine(): Machine {
  const enable = new SimulatedLine();
  const sense = new SimulatedLine();
  let raw = 0;
  return {
    lines: simulatedLines({
      gpio: new Map([
        ["RELAY_1_ENABLE", enable],
        ["RELAY_1_SENSE", sense],
      ]),
      pwm: new Map([["20fc000.pwm", new SimulatedPwm()]]),
      adc: new Map([["2198000.adc/voltage2", () => raw]]),
    }),
    driven: () => enable.read(),
    feedBack: (level) => sense.put(level),
    convert: (counts) => {
      raw = counts;
    },
  };
}

function treeMachine(): Machine {
  return {
    lines: linuxLines(tree),
    driven: () => (tree.text("class/gpio/gpio76/value") === "1" ? "high" : "low"),
    feedBack: (level) => tree.put("class/gpio/gpio131/value", level === "high" ? "1\n" : "0\n"),
    convert: (raw) => tree.put("bus/iio/devices/iio:device1/in_voltage2_raw", `${raw}\n`),
  };
}

for (const [name, make] of [
  ["simulated", simulatedMachine],
  ["over a tree of files", treeMachine],
] as const) {
  t.test(`lines, ${name}`, async (t) => {
    const machine = make();
    const { lines } = machine;

    await t.test("an output starts at the level it is opened with, and keeps it", async (t) => {
      const output = lines.output("RELAY_1_ENABLE", "high");
      t.equal(machine.driven(), "high");
      t.equal(output.read(), "high");
      output.set("low");
      t.equal(machine.driven(), "low");
      t.equal(output.read(), "low");
      output.set("high");
      t.equal(machine.driven(), "high");
      lines.output("RELAY_1_ENABLE", "low");
      t.equal(machine.driven(), "low", "a driver that starts anew brings it to where it wants it");
      t.equal(output.read(), "low");
    });

    await t.test("an input tells the level of the instant", async (t) => {
      const input = lines.input("RELAY_1_SENSE");
      t.equal(input.read(), "low");
      machine.feedBack("high");
      t.equal(input.read(), "high");
      machine.feedBack("low");
      t.equal(input.read(), "low");
    });

    await t.test("a modulator", async (t) => {
      const pwm = lines.pwm("20fc000.pwm", 0);
      t.same([pwm.enabled, pwm.periodNs, pwm.dutyNs], [false, 0, 0]);
      t.throws(() => pwm.setEnabled(true), { code: "EINVAL" }, "without a period");
      pwm.setPeriodNs(1_000_000);
      pwm.setDutyNs(1_000_000);
      pwm.setEnabled(true);
      t.same([pwm.enabled, pwm.periodNs, pwm.dutyNs], [true, 1_000_000, 1_000_000]);
      t.throws(() => pwm.setDutyNs(1_000_001), { code: "EINVAL" });
      t.equal(pwm.dutyNs, 1_000_000, "as it was");
      pwm.setDutyNs(266_700);
      t.equal(pwm.dutyNs, 266_700, "fewer digits than before");
      t.throws(() => pwm.setPeriodNs(266_699), { code: "EINVAL" });
      pwm.setEnabled(false);
      t.same([pwm.enabled, pwm.dutyNs], [false, 266_700]);
      t.equal(lines.pwm("20fc000.pwm", 0).dutyNs, 266_700, "opened again it goes on as it is");
    });

    await t.test("a converter", async (t) => {
      const adc = lines.adc("2198000.adc", "voltage2");
      for (const raw of [0, 4095, 7, 2048]) {
        machine.convert(raw);
        t.equal(adc.readRaw(), raw);
      }
    });

    await t.test("what is not there is named", async (t) => {
      t.throws(() => lines.output("RELAY_3_ENABLE", "low"), { code: "no_such_line", message: /"RELAY_3_ENABLE"/ });
      t.throws(() => lines.input("RELAY_3_SENSE"), { code: "no_such_line", message: /"RELAY_3_SENSE"/ });
      t.throws(() => lines.pwm("20fd000.pwm", 0), { code: "no_such_pwm", message: /20fd000\.pwm/ });
      t.throws(() => lines.pwm("20fc000.pwm", 1), { code: "no_such_pwm", message: /20fc000\.pwm has 1 channels/ });
      t.throws(() => lines.adc("2198000.adc", "voltage9"), { code: "no_such_adc", message: /voltage9/ });
      t.throws(() => lines.adc("219c000.adc", "voltage2"), { code: "no_such_adc", message: /219c000\.adc/ });
    });
  });
}

t.test("the kernel's files: configuration is read back", async (t) => {
  const { root, files } = tree;
  const opened = (after: () => void) => () =>
    linuxLines({
      root,
      files,
      configure(number, mode) {
        tree.configure(number, mode);
        after();
      },
    }).output("RELAY_2_ENABLE", "low");
  const line = "class/gpio/gpio77";
  t.throws(
    opened(() => tree.put(`${line}/direction`, "in\n")),
    {
      code: "gpio_configuration",
      message: 'GPIO line RELAY_2_ENABLE (77): direction is "in" and not "out"; something else may hold it',
    },
  );
  t.throws(
    opened(() => tree.put(`${line}/active_low`, "1\n")),
    { message: /active_low is "1" and not "0"/ },
  );
  t.throws(
    opened(() => tree.put(`${line}/value`, "1\n")),
    { message: /value is "1" and not "0"/ },
  );
  const busy = Object.assign(new Error("write EBUSY"), { code: "EBUSY" });
  const refuse = (): void => {
    throw busy;
  };
  t.throws(opened(refuse), { code: "EBUSY", message: /RELAY_2_ENABLE/, cause: busy });
});

t.test("the kernel's files: nonsense is no reading", async (t) => {
  const lines = linuxLines(tree);
  const adc = lines.adc("2198000.adc", "voltage3");
  for (const garbage of ["", "\n", "-\n", "12x\n", "0x10\n", "-5\n", "1 2\n"]) {
    tree.put("bus/iio/devices/iio:device1/in_voltage3_raw", garbage);
    t.throws(() => adc.readRaw(), { code: "garbage" }, JSON.stringify(garbage));
  }
  const sense = lines.input("RELAY_2_SENSE");
  tree.put("class/gpio/gpio130/value", "2\n");
  t.throws(() => sense.read(), { code: "garbage" });
});

t.test("the kernel's files: what it refuses is told with its own code and the file", async (t) => {
  const failing = (): never => {
    throw Object.assign(new Error("ETIMEDOUT"), { code: "ETIMEDOUT" });
  };
  let fails = false;
  const { files } = tree;
  const lines = linuxLines({
    ...tree,
    files: { ...files, read: (fd, into) => (fails ? failing() : files.read(fd, into)) },
  });
  const adc = lines.adc("2198000.adc", "voltage2");
  fails = true;
  t.throws(() => adc.readRaw(), { code: "ETIMEDOUT", message: /in_voltage2_raw: read failed: ETIMEDOUT/ });
  fails = false;
  t.equal(adc.readRaw(), 2048, "and the next one is as good as ever");
  const short = linuxLines({ ...tree, files: { ...files, write: (fd, bytes) => files.write(fd, bytes) - 1 } });
  t.throws(() => short.output("CP_INVERT", "low").set("high"), { code: "short_write", message: /value: 0 of 1 bytes/ });
});

t.test("a machine without GPIO, PWM or converter", async (t) => {
  const lines = linuxLines({ ...tree, root: tree.path("nothing") });
  t.throws(() => lines.input("CP_INVERT"), { code: "no_such_line" });
  t.throws(() => lines.pwm("20fc000.pwm", 0), { code: "no_such_pwm" });
  t.throws(() => lines.adc("2198000.adc", "voltage2"), { code: "no_such_adc" });
});

t.test("the optional package says clearly when it is missing", async (t) => {
  const missing = Object.assign(new Error("Cannot find package 'onoff'"), { code: "ERR_MODULE_NOT_FOUND" });
  await t.rejects(
    loadOnoff(() => Promise.reject(missing)),
    {
      code: "onoff_missing",
      message: /npm install onoff/,
      cause: missing,
    },
  );
  t.type(await loadOnoff(), "function");
});

t.test("a line that is configured again is not opened again", async (t) => {
  const told: string[] = [];
  class Gpio {
    constructor(number: number, direction: string) {
      told.push(`open ${number} ${direction}`);
    }
    setActiveLow(activeLow: boolean): void {
      told.push(`active low ${activeLow}`);
    }
    setDirection(direction: string): void {
      told.push(`direction ${direction}`);
    }
  }
  const configure = await loadOnoff(() => Promise.resolve({ Gpio } as unknown as typeof import("onoff")));
  configure(76, "low");
  configure(76, "low");
  configure(13, "in");
  t.same(told, ["open 76 low", "active low false", "direction low", "open 13 in"]);
});
