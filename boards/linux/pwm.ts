/**
 * Pulse width modulators through the kernel's PWM files. A chip is known by the platform device behind it, as its number
 * changes from start to start.
 *
 * Source: Charge Control C facts, sections 1 and 9.
 */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import type { PwmChannel } from "../../hal/pwm-channel.ts";
import { DeviceError } from "../../src/core/errors.ts";
import type { FileAccess } from "./attribute.ts";
import { Attribute, readOnce, writeOnce } from "./attribute.ts";

const [on, off] = [Buffer.from("1"), Buffer.from("0")];

/** @throws DeviceError when there is no such chip or channel. */
export function openPwm(root: string, files: FileAccess, device: string, channel: number): PwmChannel {
  const folder = join(root, "class/pwm");
  const chips = existsSync(folder) ? readdirSync(folder) : [];
  const chip = chips.find((entry) => {
    const link = join(folder, entry, "device");
    return existsSync(link) && basename(realpathSync(link)) === device;
  });
  if (chip === undefined) throw new DeviceError("no_such_pwm", `no PWM chip ${device} below ${folder}`);
  const count = Number(readOnce(files, join(folder, chip, "npwm")));
  if (channel >= count)
    throw new DeviceError("no_such_pwm", `PWM chip ${device} has ${count} channels, none ${channel}`);
  const own = join(folder, chip, `pwm${channel}`);
  if (!existsSync(own)) writeOnce(files, join(folder, chip, "export"), String(channel));
  return new SysfsPwm(files, own);
}

class SysfsPwm implements PwmChannel {
  readonly #path: string;
  readonly #period: Attribute;
  readonly #duty: Attribute;
  readonly #enable: Attribute;

  constructor(files: FileAccess, path: string) {
    this.#path = path;
    this.#period = new Attribute(files, join(path, "period"), "r+");
    this.#duty = new Attribute(files, join(path, "duty_cycle"), "r+");
    this.#enable = new Attribute(files, join(path, "enable"), "r+");
    const polarity = readOnce(files, join(path, "polarity"));
    if (polarity !== "normal")
      throw new DeviceError("pwm_polarity", `${path}: polarity is "${polarity}" and not "normal"`);
  }

  get enabled(): boolean {
    return this.#enable.readInteger() === 1;
  }

  get periodNs(): number {
    return this.#period.readInteger();
  }

  get dutyNs(): number {
    return this.#duty.readInteger();
  }

  setPeriodNs(periodNs: number): void {
    if (this.dutyNs > periodNs) throw this.#refused(`period ${periodNs} ns is less than the duty`);
    this.#period.writeText(String(periodNs));
  }

  setDutyNs(dutyNs: number): void {
    if (dutyNs > this.periodNs) throw this.#refused(`duty ${dutyNs} ns is more than the period`);
    this.#duty.writeText(String(dutyNs));
  }

  setEnabled(enabled: boolean): void {
    if (enabled && this.periodNs === 0) throw this.#refused("there is no period yet");
    this.#enable.write(enabled ? on : off);
  }

  #refused(why: string): DeviceError {
    return new DeviceError("EINVAL", `${this.#path}: ${why}`);
  }
}
