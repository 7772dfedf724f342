import { symlinkSync } from "node:fs";
import t from "tap";
import { linuxLines } from "../../../boards/linux/lines.ts";
import { withNumberedLines } from "../../../boards/linux/numbered-lines.ts";
import { sysfsTree } from "./sysfs-tree.ts";

const tree = sysfsTree();
t.teardown(() => tree.remove());
tree.put("bus/gpio/devices/.keep", "");
const lines = withNumberedLines(linuxLines(tree), tree);

/** A chip with both of its faces: the character device by the order in which it was found, and the row it has its lines in. */
function chip(name: string, device: string, base: number): void {
  tree.put(`devices/platform/soc/${device}/${name}/dev`, "");
  symlinkSync(tree.path(`devices/platform/soc/${device}/${name}`), tree.path(`bus/gpio/devices/${name}`));
  tree.put(`class/gpio/gpiochip${base}/base`, `${base}\n`);
  symlinkSync(tree.path(`devices/platform/soc/${device}`), tree.path(`class/gpio/gpiochip${base}/device`));
}

t.test("a line by chip and number", async (t) => {
  chip("gpiochip0", "fe200000.gpio", 512);
  chip("gpiochip1", "expander", 570);
  const line = lines.output("gpiochip0/27", "high");
  t.equal(tree.text("class/gpio/gpio539/value"), "1", "27 behind 512");
  line.set("low");
  t.equal(tree.text("class/gpio/gpio539/value"), "0");
  t.equal(lines.input("gpiochip1/2").read(), "low");
  t.equal(tree.text("class/gpio/gpio572/direction"), "in");
});

t.test("names still are names", async (t) => {
  lines.output("RELAY_1_ENABLE", "high");
  t.equal(tree.text("class/gpio/gpio76/value"), "1");
});

t.test("a chip that is not there, or cannot be told from another", async (t) => {
  t.throws(() => lines.output("gpiochip7/1", "low"), { code: "no_such_line", message: /no GPIO chip gpiochip7/ });
  chip("gpiochip2", "twins", 600);
  tree.put("class/gpio/gpiochip632/base", "632\n");
  symlinkSync(tree.path("devices/platform/soc/twins"), tree.path("class/gpio/gpiochip632/device"));
  t.throws(() => lines.output("gpiochip2/1", "low"), {
    code: "no_such_line",
    message: /share the device of gpiochip2/,
  });
});
