/** The emulated machine as the bench sees it: four serial lines, the registers, and its power. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { BoardParts } from "./prepare.ts";

/**
 * Each instruction takes 2^0 ns of the guest's time, and where it waits for a time it is that time at once. However slow and however
 * busy this machine is, nothing in the guest comes late because of it.
 */
const instructionTime = "shift=0,sleep=off";

/** Text that comes line by line, kept, and waited for. */
export class Lines {
  readonly all: string[] = [];
  #heard: (() => void)[] = [];

  take(line: string): void {
    this.all.push(line);
    for (const heard of this.#heard.splice(0)) heard();
  }

  /** The first line from `from` on that matches. */
  async find(pattern: RegExp, from = 0): Promise<string> {
    for (let at = from; ; at++) {
      while (at >= this.all.length) await new Promise<void>((resolve) => this.#heard.push(resolve));
      const line = this.all[at] as string;
      if (pattern.test(line)) return line;
    }
  }
}

export class Machine {
  /** Of the kernel; what the journal has; what the world outside sees. */
  readonly console = new Lines();
  readonly journal = new Lines();
  readonly world = new Lines();
  readonly #shell = new Lines();
  readonly #folder = mkdtempSync(join(tmpdir(), "evsed-arm-"));
  readonly #process: ChildProcess;
  readonly #sockets: Socket[] = [];
  readonly #names = ["console", "world", "journal", "shell", "registers"] as const;
  readonly #registers = new Lines();
  readonly #logFolder: string;
  #asked: Promise<unknown> = Promise.resolve();
  /** Settles when the machine is off. */
  readonly off: Promise<void>;

  constructor(parts: BoardParts, logFolder: string) {
    this.#logFolder = logFolder;
    const at = (name: string): string => `unix:${join(this.#folder, name)},server=on,wait=off`;
    this.#process = spawn(
      "setpriv",
      [
        // It ends with whoever started it, however that ended.
        ..."--pdeathsig KILL qemu-system-arm".split(" "),
        ..."-M mcimx6ul-evk -m 512M -display none -monitor none -no-reboot".split(" "),
        ...["-icount", instructionTime],
        ...["console", "world", "journal", "shell"].flatMap((name) => ["-serial", at(name)]),
        ...["-qtest", at("registers"), "-qtest-log", "/dev/null"],
        ...["-d", "unimp", "-D", this.#unimplemented],
        ...["-kernel", parts.kernel, "-initrd", parts.initramfs, "-dtb", parts.deviceTree],
        // What the guest writes is gone with it.
        ...["-drive", `if=sd,index=1,format=raw,file=${parts.card},snapshot=on`],
        ...["-append", "console=ttymxc0,115200 quiet systemd.show_status=no"],
      ],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    this.off = once(this.#process, "exit").then(() => {});
  }

  get #unimplemented(): string {
    return join(this.#folder, "unimplemented.log");
  }

  async attach(): Promise<void> {
    for (const [index, name] of this.#names.entries()) {
      const path = join(this.#folder, name);
      while (!existsSync(path)) await sleep(50);
      const socket = connect(path);
      await once(socket, "connect");
      socket.on("error", () => {});
      this.#sockets.push(socket);
      const lines = [this.console, this.world, this.journal, this.#shell, this.#registers][index] as Lines;
      const log = createWriteStream(join(this.#logFolder, `${name}.log`));
      createInterface({ input: socket }).on("line", (line) => {
        log.write(`${line}\n`);
        lines.take(line.replace(/\r$/, ""));
      });
    }
  }

  /** To the world outside. */
  tellWorld(order: string): void {
    this.#sockets[1]?.write(`${order}\n`);
  }

  /** What a command in the guest prints, and its status. */
  async command(line: string): Promise<{ readonly text: string; readonly status: number }> {
    const from = this.#shell.all.length;
    this.#sockets[3]?.write(`${line}\n`);
    const end = await this.#shell.find(/^=== \d+$/, from);
    const at = this.#shell.all.indexOf(end, from);
    return { text: this.#shell.all.slice(from, at).join("\n"), status: Number(end.slice(4)) };
  }

  /** A register of the processor, read past the guest. */
  async register(address: number): Promise<number> {
    const answer = await this.#ask(`readl 0x${address.toString(16)}`);
    return Number(answer.split(" ")[1]);
  }

  /** The level at a line that is an input of the guest. Bank and place as in the processor's manual. */
  async setInput(bank: number, place: number, high: boolean): Promise<void> {
    await this.#ask(`set_irq_in /machine/soc/gpio${bank - 1} unnamed-gpio-in ${place} ${high ? 1 : 0}`);
  }

  /** What the guest has written to registers that the emulator only notes, one line each. */
  noted(): string[] {
    return readFileSync(this.#unimplemented, "latin1").split("\n");
  }

  async powerOff(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill("SIGKILL");
      await this.off;
    }
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** One question after the other: an answer does not say what it answers. */
  #ask(question: string): Promise<string> {
    const answer = this.#asked.then(() => this.#askNow(question));
    this.#asked = answer.catch(() => {});
    return answer;
  }

  async #askNow(question: string): Promise<string> {
    const from = this.#registers.all.length;
    this.#sockets[4]?.write(`${question}\n`);
    const answer = await this.#registers.find(/^(OK|FAIL)/, from);
    if (!answer.startsWith("OK")) throw new Error(`the emulator refuses ${question}: ${answer}`);
    return answer;
  }
}
