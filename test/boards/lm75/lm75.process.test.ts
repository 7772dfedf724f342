import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { loadI2cBuses } from "../../../boards/linux/i2c-buses.ts";
import { chips, decodeTemperature, encodeTemperature } from "../../../boards/lm75/chips.ts";
import type { MeasuringEffect, MeasuringState } from "../../../boards/lm75/measuring.ts";
import { createMeasuringMachine, initialMeasuringState } from "../../../boards/lm75/measuring.ts";

/** As the data sheets of the chips have them. */
const words = {
  LM75: { 32000: 125, 6400: 25, 128: 0.5, 0: 0, 65408: -0.5, 59136: -25, 51456: -55 },
  LM75A: { 32512: 127, 32480: 126.875, 6400: 25, 32: 0.125, 65504: -0.125, 51488: -54.875, 51456: -55 },
  TMP105: { 32752: 127.9375, 20480: 80, 64: 0.25, 16: 0.0625, 65472: -0.25, 59136: -25, 51456: -55 },
} as const;

t.test("a temperature in two bytes: sign and resolution of each chip", async (t) => {
  for (const name of ["LM75", "LM75A", "TMP105"] as const) {
    const { bits } = chips[name];
    for (const [key, celsius] of Object.entries(words[name])) {
      const word = Number(key);
      const bytes = [word >> 8, word & 0xff] as const;
      t.equal(decodeTemperature(bytes, bits), celsius, `${name} 0x${word.toString(16)}`);
      t.strictSame(encodeTemperature(celsius, bits), bytes);
    }
  }
  t.equal(decodeTemperature([0x19, 0x7f], 9), 25, "bits that mean nothing");
});

/** A chip that answers what the test says. */
class Bench {
  readonly machine = createMeasuringMachine(chips.TMP105);
  state: MeasuringState = initialMeasuringState;
  nowMs = 0;
  told: string[] = [];
  transactions: Extract<MeasuringEffect, { number: number }>[] = [];

  post(event: Parameters<typeof this.machine.step>[1]): void {
    const { state, effects } = this.machine.step(this.state, event, this.nowMs);
    this.state = state;
    for (const effect of effects) {
      if ("number" in effect) this.transactions.push(effect);
      else if (effect.type === "measured") this.told.push(`${effect.temperatureC} at ${this.nowMs}`);
      else this.told.push(`${effect.isLoss ? "lost" : "failed"} at ${this.nowMs}: ${effect.message}`);
    }
  }

  answer(...bytes: number[]): void {
    this.post({ type: "answered", number: this.transactions.at(-1)?.number ?? 0, bytes });
  }

  fail(): void {
    this.post({ type: "failed", number: this.transactions.at(-1)?.number ?? 0, message: "nobody acknowledges" });
  }

  /** To the next deadline. */
  wait(): void {
    this.nowMs = this.machine.deadlineMs(this.state) ?? Number.NaN;
    this.post(this.machine.deadlineReached);
  }
}

t.test("a chip that does not keep its settings is another one", async (t) => {
  const bench = new Bench();
  bench.post({ type: "started" });
  // Alert pin active high stays as somebody has set it.
  bench.answer(0x04);
  t.match(bench.transactions.at(-1), { type: "write", register: 1, byte: 0x64 });
  bench.answer();
  bench.wait();
  t.equal(bench.nowMs, 300, "the longest conversion");
  bench.answer(0x04);
  t.strictSame(bench.told, ["failed at 300: the chip does not keep its settings: 0x04; is it another one?"]);
});

t.test("three tries a cycle, a cycle a second; two without a temperature are a loss", async (t) => {
  const bench = new Bench();
  bench.post({ type: "started" });
  for (let cycle = 0; cycle < 2; cycle++) {
    for (let attempt = 0; attempt < 3; attempt++) {
      bench.fail();
      bench.wait();
    }
  }
  t.strictSame(bench.told, ["failed at 40: nobody acknowledges", "lost at 1040: nobody acknowledges"]);
  t.equal(bench.transactions.length, 7, "the last one begins the third cycle");
  bench.answer(0x60);
  bench.answer(0x19, 0x40);
  t.equal(bench.told.at(-1), "25.25 at 2000");
});

t.test("what is no temperature is read again; a jump is believed when it is read twice", async (t) => {
  const bench = new Bench();
  bench.post({ type: "started" });
  bench.answer(0x60);
  bench.answer(0x80, 0x00);
  bench.wait();
  bench.answer(0x60);
  bench.answer(0x7f, 0x00);
  bench.wait();
  bench.answer(0x60);
  bench.answer(0x19, 0x00);
  bench.wait();
  bench.answer(0x60);
  bench.answer(0x46, 0x00);
  bench.wait();
  bench.answer(0x60);
  bench.answer(0x19, 0x10);
  bench.wait();
  bench.answer(0x60);
  bench.answer(0x46, 0x00);
  bench.wait();
  bench.answer(0x60);
  bench.answer(0x46, 0x10);
  t.strictSame(bench.told, ["25 at 40", "25.0625 at 1020", "70.0625 at 2020"]);
});

t.test("a bus that is held: one transaction waits, nothing is sent behind it", async (t) => {
  const bench = new Bench();
  bench.post({ type: "started" });
  for (let waited = 0; waited < 4; waited++) bench.wait();
  t.equal(bench.transactions.length, 1);
  t.strictSame(bench.told.slice(0, 2), [
    "failed at 1500: the bus does not answer",
    "lost at 3000: the bus does not answer",
  ]);
  // What it answers so late is not what it is now.
  bench.answer(0x60);
  bench.wait();
  bench.answer(0x60);
  bench.answer(0x19, 0x00);
  t.equal(bench.told.at(-1), "25 at 6000");
});

t.test("without the package it is said which one is missing", async (t) => {
  await t.rejects(
    loadI2cBuses(() => Promise.reject(new Error("Cannot find module"))),
    { code: "i2c_missing", message: /optional package i2c-bus/ },
  );
});

const isBuilt = await import("i2c-bus").then(
  () => true,
  () => false,
);
const missing = [
  ...(isBuilt ? [] : ["i2c-bus"]),
  ...(spawnSync("cc", ["--version"]).status === 0 ? [] : ["a C compiler, cc"]),
];
const skip = missing.length > 0 && `not installed: ${missing.join(", ")}`;

t.test("the package itself, on a bus of a kernel that is not there", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "i2c-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const library = join(folder, "i2c-device.so");
  const compiled = spawnSync("cc", ["-shared", "-fPIC", "-o", library, here("i2c-device.c"), "-ldl"]);
  t.equal(compiled.status, 0, compiled.stderr.toString());
  const { stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", here("transactions.ts")], {
    env: { ...process.env, LD_PRELOAD: library },
    encoding: "utf8",
  });
  const [temperature, fresh, written, kept, nobody, notWritten, again, noBus, ...more] = JSON.parse(stdout || "[]");
  t.strictSame([temperature, fresh, written, kept], [[0x19, 0x40], [0], "written", [0x60]], stderr);
  t.match(nobody, /^ENXIO \/dev\/i2c-7, address 0x48: /);
  t.match(notWritten, /^ENXIO/);
  t.strictSame(again, [0x19, 0x40], "the bus is opened anew behind a failure");
  t.match(noBus, /^ENOENT \/dev\/i2c-8, address 0x49: /);
  t.strictSame(more, [], "nothing is told once it is closed");
});
