/** The helper of the Yeti board: the bytes it sends are read by the decoder, the line it pulls stands in a tree of files. */
import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { decodeEverestToMcu } from "../../boards/yeti/codec.ts";
import { MessageReader } from "../../boards/yeti/message-reader.ts";
import type { EverestToMcu } from "../../boards/yeti/schema.ts";
import { sysfsTree } from "../boards/linux/sysfs-tree.ts";

const helper = fileURLToPath(new URL("../../systemd/safe-off-yeti", import.meta.url));

function told(bytes: Uint8Array): readonly (EverestToMcu | string)[] {
  const messages: (EverestToMcu | string)[] = [];
  const reader = new MessageReader(decodeEverestToMcu, {
    message: (message) => messages.push(message),
    dropped: (reason) => messages.push(reason),
  });
  reader.push(bytes);
  reader.end();
  return messages;
}

t.test("no permission, and no offer, whatever stuck on the line before", async (t) => {
  for (const [args, pwm_duty_cycle] of [
    [[], 10001],
    [["x1"], 10001],
    [["f"], 0],
  ] as const) {
    const tree = sysfsTree();
    const port = tree.path("port");
    writeFileSync(port, "");
    t.equal(spawnSync(helper, [...args, port]).status, 0);
    const pair = [{ allow_power_on: false }, { pwm_duty_cycle }];
    t.same(told(readFileSync(port)), [...pair, ...pair, ...pair]);
    tree.remove();
  }
});

t.test("the reset line is pulled where one is wired, and goes up again", async (t) => {
  const tree = sysfsTree();
  t.teardown(() => tree.remove());
  tree.put("devices/platform/soc/fe200000.gpio/gpiochip0/dev", "");
  tree.put("bus/gpio/devices/.keep", "");
  symlinkSync(tree.path("devices/platform/soc/fe200000.gpio/gpiochip0"), tree.path("bus/gpio/devices/gpiochip0"));
  tree.put("class/gpio/gpiochip512/base", "512\n");
  symlinkSync(tree.path("devices/platform/soc/fe200000.gpio"), tree.path("class/gpio/gpiochip512/device"));
  tree.put("class/gpio/gpio539/direction", "high\n");
  const shell = `
    echo() { command echo "$1" >>"${tree.path("log")}"; command echo "$1"; }
    sleep() { command echo "sleep" >>"${tree.path("log")}"; }
    set -- x1 ${tree.path("nowhere/port")} gpiochip0 27 ${tree.root}
    . "${helper}"`;
  const { status } = spawnSync("sh", ["-c", shell]);
  t.same(readFileSync(tree.path("log"), "latin1"), "low\nsleep\nhigh\nsleep\n");
  t.equal(status, 0, "that the port is gone does not matter then");
  t.equal(tree.text("class/gpio/gpio539/direction"), "high");
  t.equal(spawnSync(helper, ["x1", tree.path("nowhere/port"), "gpiochip7", "1", tree.root]).status, 1);
});
