import t from "tap";
import { Rig } from "./contactor-rig.ts";

t.test("one relay: the contact moves in 30 and 20 ms, and counts 10 ms later", async (t) => {
  for (const feedback of ["no", "nc"] as const) {
    const rig = new Rig({ feedback }).until(12_000).close().until(13_000).open().until(14_000);
    // Seen at 12032, and still so at 12044; seen at 13020, and still so at 13032.
    t.same(rig.told(), ["12000 R1 on", "12044 closed", "13000 R1 off", "13032 opened"], feedback);
    t.equal(rig.contactors.faulty, false);
  }
});

t.test("without debouncing the first look counts", async (t) => {
  const rig = new Rig({ debounceMs: 0 }).until(12_000).close().until(12_100);
  t.same(rig.told(), ["12000 R1 on", "12032 closed"]);
});

t.test("without feedback: closed at once, open when it must be", async (t) => {
  const rig = new Rig({ feedback: "none" }).until(12_000).close().until(13_000).open().until(14_000);
  t.same(rig.told(), ["12000 R1 on", "12004 closed", "13000 R1 off", "13252 opened"]);
});

t.test("closings are 10 s apart, counted from the start and from each closing", async (t) => {
  const rig = new Rig().until(1000).close().until(9996);
  t.same(rig.told(), [], "it waits");
  rig.until(10_100);
  t.same(rig.told(), ["10000 R1 on", "10044 closed"]);
  rig.open().until(10_200).close().until(19_996);
  t.same(rig.told(), ["10100 R1 off", "10132 opened"]);
  rig.until(21_000);
  t.same(rig.told(), ["20000 R1 on", "20044 closed"]);
});

t.test("opening takes back a closing that waits, and is never delayed itself", async (t) => {
  const rig = new Rig().until(1000).close().until(5000).open().until(15_000);
  t.same(rig.told(), []);
  rig.close().until(15_008).open();
  t.same(rig.told(), ["15000 R1 on", "15008 R1 off"]);
  rig.until(16_000);
  t.same(rig.told(), [], "it never closed, so there is nothing to tell");
  t.equal(rig.contactors.faulty, false);
});

t.test("a contact that does not close is a fault after 250 ms, and nothing closes any more", async (t) => {
  const rig = new Rig();
  rig.contacts[1].setFault("stuckOpen", 0);
  rig.until(12_000).close().until(13_000);
  t.same(rig.told(), ["12000 R1 on", "12252 R1 off", "12252 Relay R1 did not switch within the feedback time."]);
  rig.contacts[1].setFault(null, rig.nowMs);
  rig.close().until(40_000);
  t.same(rig.told(), []);
});

t.test("a welded contact is a fault after 250 ms, and told as open once it is", async (t) => {
  const rig = new Rig().until(12_000).close().until(13_000);
  rig.told();
  rig.contacts[1].setFault("welded", rig.nowMs);
  rig.open().until(14_000);
  t.same(rig.told(), ["13000 R1 off", "13252 Relay R1 did not switch within the feedback time."]);
  rig.contacts[1].setFault(null, rig.nowMs);
  rig.until(15_000);
  t.same(rig.told(), ["14032 opened"]);
});

t.test("a slow contact is none while it comes in time", async (t) => {
  const rig = new Rig().until(12_000);
  rig.contacts[1].setSlow(220);
  rig.close().until(13_000).open().until(14_000);
  t.same(rig.told(), ["12000 R1 on", "12232 closed", "13000 R1 off", "13232 opened"]);
});

t.test("a contact that moves by itself", async (t) => {
  const falls = new Rig().until(12_000).close().until(13_000);
  falls.told();
  falls.contacts[1].setFault("stuckOpen", falls.nowMs);
  falls.until(13_500);
  t.same(falls.told(), ["13016 R1 off", "13016 Relay R1 changed its feedback without being switched.", "13016 opened"]);
  const closes = new Rig().until(12_000);
  closes.contacts[1].setFault("welded", closes.nowMs);
  closes.until(12_500);
  t.same(closes.told(), ["12016 Relay R1 changed its feedback without being switched.", "12016 closed"]);
});

t.test("a contact that bounces shorter than the debouncing is none", async (t) => {
  const rig = new Rig().until(12_000);
  rig.contacts[1].setFault("welded", rig.nowMs);
  rig.until(12_008);
  rig.contacts[1].setSlow(0);
  rig.contacts[1].setFault(null, rig.nowMs);
  rig.until(13_000);
  t.same(rig.told(), []);
});

t.test("a contact that is closed at the start is a fault once it had time to open", async (t) => {
  const rig = new Rig({ welded: [1] });
  rig.until(248);
  t.equal(rig.contactors.started, false);
  rig.until(300);
  t.equal(rig.contactors.started, true);
  t.same(rig.told(), ["252 Relay R1 did not switch within the feedback time.", "252 closed"]);
});

t.test("serial: both close at once, R2 opens after R1", async (t) => {
  const rig = new Rig({ wiring: "serial" }).until(12_000).close().until(13_000).open().until(14_000);
  t.same(rig.told(), ["12000 R2 on", "12000 R1 on", "12044 closed", "13000 R1 off", "13032 R2 off", "13064 opened"]);
});

t.test("serial, one phase: R2 rests", async (t) => {
  const rig = new Rig({ wiring: "serial" }).until(12_000);
  rig.contactors.setThreePhases(false);
  rig.close().until(13_000).open().until(14_000);
  t.same(rig.told(), ["12000 R1 on", "12044 closed", "13000 R1 off", "13032 opened"]);
});

t.test("serial: whichever does not close, both open", async (t) => {
  for (const number of [1, 2] as const) {
    const rig = new Rig({ wiring: "serial" });
    rig.contacts[number].setFault("stuckOpen", 0);
    rig.until(12_000).close().until(13_000);
    const story = rig.told();
    t.same(story.slice(0, 2), ["12000 R2 on", "12000 R1 on"]);
    t.ok(story.includes(`12252 Relay R${number} did not switch within the feedback time.`), story.join());
    t.match(story.join(), /R1 off.*R2 off/);
  }
});

t.test("serial: R2 opens even when R1 hangs", async (t) => {
  const rig = new Rig({ wiring: "serial" }).until(12_000).close().until(13_000);
  rig.told();
  rig.contacts[1].setFault("welded", rig.nowMs);
  rig.open().until(14_000);
  t.same(rig.told(), ["13000 R1 off", "13252 R2 off", "13252 Relay R1 did not switch within the feedback time."]);
});

t.test("simultaneous: both at once, either way", async (t) => {
  const rig = new Rig({ wiring: "simultaneous" }).until(12_000).close().until(13_000).open().until(14_000);
  t.same(rig.told(), ["12000 R2 on", "12000 R1 on", "12044 closed", "13000 R1 off", "13000 R2 off", "13032 opened"]);
});

t.test("mutual: one for three phases, the other for one, each with its own interval", async (t) => {
  const rig = new Rig({ wiring: "mutual" }).until(12_000).close().until(13_000);
  rig.contactors.setThreePhases(false);
  rig.until(13_100).open().until(13_200);
  t.same(rig.told(), ["12000 R1 on", "12044 closed", "13100 R1 off", "13132 opened"], "the one that was closed opens");
  rig.close().until(14_000).open().until(14_500);
  t.same(rig.told(), ["13200 R2 on", "13244 closed", "14000 R2 off", "14032 opened"]);
  rig.contactors.setThreePhases(true);
  rig.close().until(22_100);
  t.same(rig.told(), ["22000 R1 on", "22044 closed"], "10 s after it closed last");
});

t.test("mutual: the second one does not close before the first one has opened", async (t) => {
  const rig = new Rig({ wiring: "mutual" }).until(12_000).close().until(13_000);
  rig.told();
  rig.contacts[1].setSlow(200);
  rig.contactors.setThreePhases(false);
  rig.open().close().until(14_000);
  t.same(rig.told(), ["13000 R1 off", "13212 opened", "13212 R2 on", "13256 closed"]);
});

t.test("a relay line that cannot be written", async (t) => {
  const rig = new Rig().until(12_000).close().until(13_000);
  rig.told();
  rig.writeFails = true;
  t.throws(() => rig.open(), { code: "EIO" });
  rig.contactors.fail("A relay line cannot be written.");
  rig.until(13_100);
  t.throws(() => rig.contactors.release(rig.nowMs), { code: "EIO" });
  rig.writeFails = false;
  rig.contactors.release(rig.nowMs);
  rig.close().until(24_000);
  t.same(rig.told(), ["13000 A relay line cannot be written.", "13100 R1 off", "13132 opened"]);
});
