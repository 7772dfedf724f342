import t from "tap";
import { Relay } from "../../../boards/sim/relay.ts";

t.test("closes after 30 ms and opens after 20 ms", async (t) => {
  const relay = new Relay();
  relay.command(true, 100);
  t.equal(relay.movesAtMs, 130);
  t.notOk(relay.advance(129));
  t.notOk(relay.contactClosed);
  t.ok(relay.advance(130));
  t.ok(relay.contactClosed);
  t.equal(relay.movesAtMs, null);
  relay.command(false, 200);
  t.equal(relay.movesAtMs, 220);
  t.ok(relay.advance(225), "late is late and nothing else");
  t.notOk(relay.contactClosed);
});

t.test("a command taken back in time moves nothing, a repeated one does not start anew", async (t) => {
  const relay = new Relay();
  relay.command(true, 0);
  relay.command(true, 10);
  t.equal(relay.movesAtMs, 30);
  relay.command(false, 20);
  t.equal(relay.movesAtMs, null);
  t.notOk(relay.advance(1000));
});

t.test("welded is closed whatever the coil says, and healthy again follows the coil", async (t) => {
  const relay = new Relay();
  relay.setFault("welded", 0);
  t.ok(relay.advance(0));
  t.ok(relay.contactClosed);
  relay.command(true, 10);
  relay.command(false, 50);
  t.equal(relay.movesAtMs, null);
  t.notOk(relay.commandedClosed);
  relay.setFault(null, 100);
  t.equal(relay.movesAtMs, 120);
  t.ok(relay.advance(120));
  t.notOk(relay.contactClosed);
});

t.test("stuck open never closes", async (t) => {
  const relay = new Relay();
  relay.command(true, 0);
  relay.advance(30);
  relay.setFault("stuckOpen", 40);
  t.ok(relay.advance(40));
  relay.command(true, 50);
  t.notOk(relay.advance(1000));
  t.notOk(relay.contactClosed);
  relay.setFault(null, 2000);
  t.ok(relay.advance(2030));
  t.ok(relay.contactClosed);
});

t.test("slow delays both directions", async (t) => {
  const relay = new Relay();
  relay.setSlow(500);
  relay.command(true, 0);
  t.equal(relay.movesAtMs, 500);
  relay.advance(500);
  relay.command(false, 600);
  t.equal(relay.movesAtMs, 1100);
  relay.advance(1100);
  relay.setSlow(null);
  relay.command(true, 2000);
  t.equal(relay.movesAtMs, 2030);
});
