/** The helper over a tree of files: what it writes, in which order, and what stands wherever it dies. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { SysfsTree } from "../boards/linux/sysfs-tree.ts";
import { sysfsTree } from "../boards/linux/sysfs-tree.ts";

const helper = fileURLToPath(new URL("../../systemd/safe-off", import.meta.url));
const numbers = { relay1: 76, relay2: 77, in1n: 71, in2: 72, invert: 13 } as const;
type Line = keyof typeof numbers;
const pilot = "class/pwm/pwmchip4/pwm0";

/** As a daemon that charges has left it: both relays closed, the lock braked after locking, PWM on the wire. */
function charging(): SysfsTree {
  const tree = sysfsTree();
  const left = { relay1: "high", relay2: "high", in1n: "low", in2: "high", invert: "high" };
  for (const [line, number] of Object.entries(numbers))
    tree.put(`class/gpio/gpio${number}/direction`, `${left[line as Line]}\n`);
  const pwm = { period: "1000000", duty_cycle: "266700", enable: "1", polarity: "normal" };
  for (const [name, value] of Object.entries(pwm)) tree.put(`${pilot}/${name}`, `${value}\n`);
  return tree;
}

/**
 * Runs the helper in a shell that notes what it writes and sleeps, and that dies of the write number `dies`, before
 * or after it is done.
 */
function run(tree: SysfsTree, args: readonly string[], dies = "0 after"): { steps: string[]; status: number } {
  const log = tree.path("log");
  writeFileSync(log, "");
  const [at, when] = dies.split(" ");
  const shell = `
    n=0
    printf() {
      n=$((n + 1))
      [ "$n ${when}" != "${at} before" ] || kill -9 $$
      command printf "$@"
      echo "$(readlink /proc/self/fd/3) $2" >>"${log}"
      [ "$n ${when}" != "${at} after" ] || kill -9 $$
    } 3>&1
    sleep() { echo "sleep $1" >>"${log}"; }
    set -- ${args.join(" ")}
    . "${helper}"`;
  let status = 0;
  try {
    execFileSync("sh", ["-c", shell], { stdio: "pipe" });
  } catch (error) {
    status = (error as { status: number | null }).status ?? -1;
  }
  const steps = readFileSync(log, "latin1").trimEnd().split("\n");
  return { status, steps: steps.map((step) => step.replace(`${tree.root}/class/`, "")).filter((step) => step !== "") };
}

const level = (tree: SysfsTree, line: Line): string => tree.text(`class/gpio/gpio${numbers[line]}/direction`);

const off = [
  "gpio/gpio76/direction low",
  "gpio/gpio77/direction low",
  "sleep 0.25",
  "gpio/gpio71/direction high",
  "gpio/gpio72/direction low",
];

t.test("the order of writes", async (t) => {
  const table = [
    ["a restart is expected", "x1", ["pwmchip4/pwm0/duty_cycle 1000000", "pwmchip4/pwm0/enable 1"]],
    ["stopped for good", "f", ["pwmchip4/pwm0/duty_cycle 0", "pwmchip4/pwm0/enable 1"]],
  ] as const;
  for (const [what, argument, pwm] of table) {
    const tree = charging();
    const { steps, status } = run(tree, [argument, tree.root]);
    t.same(steps, [...off, ...pwm.map((step) => `pwm/${step}`), "gpio/gpio13/direction high"], what);
    t.equal(status, 0);
    tree.remove();
  }
});

t.test("wherever it dies the board is safe", async (t) => {
  for (let at = 1; at <= 7; at++) {
    for (const when of ["before", "after"]) {
      const tree = charging();
      const { steps, status } = run(tree, ["x1", tree.root], `${at} ${when}`);
      const name = `${when} write ${at}, ${steps.at(-1)}`;
      t.equal(status, -1, `killed ${name}`);
      const lock = [level(tree, "in1n"), level(tree, "in2")];
      t.notSame(lock, ["low", "low"], `${name}: nothing unlocks`);
      const relays = [level(tree, "relay1"), level(tree, "relay2")];
      if (lock.join() !== "low,high") t.same(relays, ["low", "low"], `${name}: the relays were off before`);
      tree.remove();
    }
  }
});

t.test("IN2 is not taken low where IN1_N did not go high", async (t) => {
  const tree = charging();
  rmSync(tree.path("class/gpio/gpio71/direction"));
  tree.put("class/gpio/gpio71/direction/is-no-file", "");
  const { steps, status } = run(tree, ["x1", tree.root]);
  t.notOk(
    steps.some((step) => step.startsWith("gpio/gpio72")),
    steps.join(", "),
  );
  t.equal(steps.at(-1), "gpio/gpio13/direction high", "the rest is done");
  t.equal(status, 1);
  tree.remove();
});

t.test("a relay that does not take it keeps nothing from being brought down", async (t) => {
  const tree = charging();
  rmSync(tree.path("class/gpio/gpio76/direction"));
  tree.put("class/gpio/gpio76/direction/is-no-file", "");
  const { steps, status } = run(tree, ["x1", tree.root]);
  t.equal(steps[0], "gpio/gpio77/direction low");
  t.equal(steps.length, 7);
  t.equal(status, 1);
  tree.remove();
});

t.test("a machine on which nobody has brought out anything, and one without PWM", async (t) => {
  const fresh = sysfsTree();
  t.same(run(fresh, ["x1", fresh.root]), { steps: ["sleep 0.25"], status: 0 });
  fresh.remove();
  const tree = charging();
  tree.put(`${pilot}/period`, "0\n");
  const { steps, status } = run(tree, ["x1", tree.root]);
  t.same(steps.slice(5), ["gpio/gpio13/direction low"], "the wire is let go");
  t.equal(status, 0);
  tree.remove();
});

t.test("somebody who asks a helper what it does gets an answer, and a vehicle goes on charging", async (t) => {
  const tree = charging();
  tree.put("port", "");
  const rest = {
    "safe-off": [tree.root],
    "safe-off-boards": ["list", tree.root],
    "safe-off-yeti": [tree.path("port")],
  };
  for (const [name, others] of Object.entries(rest)) {
    const file = fileURLToPath(new URL(`../../systemd/${name}`, import.meta.url));
    const answer = execFileSync("sh", [file, "--help", ...others], { encoding: "utf8" });
    t.match(answer, `\n  ${name} [x1|f]`);
    t.notMatch(answer, /^(#|case )/m, "what is for a reader, not the program");
  }
  t.equal(level(tree, "relay1"), "high");
  t.equal(tree.text("port"), "");
  tree.remove();
});
