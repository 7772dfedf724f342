/**
 * The kernel between a tree of real files and a simulated world: what is written to a file moves the world, and what is
 * read from one shows it. Drivers above get the lines of `boards/linux` over that tree.
 */
import type { FileAccess } from "../../../boards/linux/attribute.ts";
import { linuxLines } from "../../../boards/linux/lines.ts";
import type { AdcChannel } from "../../../hal/adc-channel.ts";
import type { InputLine, OutputLine } from "../../../hal/digital-line.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { PwmChannel } from "../../../hal/pwm-channel.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import type { SysfsTree } from "./sysfs-tree.ts";

const converter = "2198000.adc";

/** What one file has to do with the world; neither for those that only stand there. */
interface Attribute {
  show?(): string;
  moved?(text: string): void;
}

export const throughFiles =
  (tree: SysfsTree) =>
  (world: Lines): Lines => {
    const gpio = new Map<number, OutputLine & InputLine>();
    const pwm = new Map<string, PwmChannel>();
    const adc = new Map<string, AdcChannel>();
    const opened = new Map<number, { readonly file: string } & Attribute>();
    const shown = new Map<string, string>();

    function kept<T>(map: Map<string, T>, name: string, open: () => T): T {
      const known = map.get(name) ?? open();
      map.set(name, known);
      return known;
    }

    function attributeOf(file: string): Attribute {
      const [, number] = /gpio(\d+)\/value$/.exec(file) ?? [];
      if (number !== undefined) {
        const line = (): (OutputLine & InputLine) | undefined => gpio.get(Number(number));
        return {
          show: () => (line()?.read() === "high" ? "1\n" : "0\n"),
          moved: (text) => line()?.set(text === "1" ? "high" : "low"),
        };
      }
      const [, channel] = /in_(\w+)_raw$/.exec(file) ?? [];
      if (channel !== undefined) {
        return { show: () => `${kept(adc, channel, () => world.adc(converter, channel)).readRaw()}\n` };
      }
      const [, chip, what] = /pwmchip(\d+)\/pwm0\/(\w+)$/.exec(file) ?? [];
      if (chip === undefined) return {};
      const pwmChannel = (): PwmChannel => kept(pwm, chip, () => world.pwm(tree.pwmDevice(Number(chip)), 0));
      switch (what) {
        case "period":
          return { moved: (text) => pwmChannel().setPeriodNs(Number(text)) };
        case "duty_cycle":
          return { moved: (text) => pwmChannel().setDutyNs(Number(text)) };
        case "enable":
          return { moved: (text) => pwmChannel().setEnabled(text === "1") };
        default:
          return {};
      }
    }

    /** A kernel refuses a read by the code of what failed. */
    function showing({ file, show }: { readonly file: string } & Attribute): void {
      if (show === undefined) return;
      let text: string;
      try {
        text = show();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        throw Object.assign(new Error(error.message), { code: error.code });
      }
      if (shown.get(file) !== text) tree.put(file, text);
      shown.set(file, text);
    }

    const files: FileAccess = {
      ...tree.files,
      open(path, flags) {
        const fd = tree.files.open(path, flags);
        const file = path.slice(tree.root.length + 1);
        opened.set(fd, { file, ...attributeOf(file) });
        return fd;
      },
      read(fd, into) {
        const attribute = opened.get(fd);
        if (attribute !== undefined) showing(attribute);
        return tree.files.read(fd, into);
      },
      write(fd, bytes) {
        const attribute = opened.get(fd);
        const taken = tree.files.write(fd, bytes);
        if (attribute === undefined) return taken;
        shown.delete(attribute.file);
        attribute.moved?.(Buffer.from(bytes).toString("latin1").trim());
        return taken;
      },
    };
    const filed = linuxLines({
      root: tree.root,
      files,
      configure(number, mode) {
        tree.configure(number, mode);
        const name = tree.lineName(number);
        const line = mode === "in" ? world.input(name) : world.output(name, mode);
        gpio.set(number, line as OutputLine & InputLine);
        shown.delete(`class/gpio/gpio${number}/value`);
      },
    });
    const { threadDelayMs } = world;
    return threadDelayMs === undefined ? filed : { ...filed, threadDelayMs };
  };
