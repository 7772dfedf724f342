/** The driver over a tree of real files, moved by the simulated world: nothing of what it does is other than without them. */
import t from "tap";
import type { ConfigScalar } from "../../../hal/manifest.ts";
import { sysfsTree } from "../linux/sysfs-tree.ts";
import { throughFiles } from "../linux/through-files.ts";
import type { Bench, Between } from "./bench.ts";
import { bench, charging } from "./bench.ts";

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
