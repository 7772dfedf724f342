import t from "tap";
import { drawSessionId } from "../../../src/modules/evse-manager/session-id.ts";
import { seededRandom } from "../../../src/runtime/random.ts";

t.test("session ids have the length and the letters their type promises", async (t) => {
  const random = seededRandom(1, "ids");
  t.match(drawSessionId("UUID", random), /^[0-9a-f-]{36}$/);
  t.match(drawSessionId("UUID_BASE64", random), /^[A-Za-z0-9+/]{22}$/);
  t.match(drawSessionId("SHORT_BASE64", random), /^[A-Za-z0-9+/]{16}$/);
});

t.test("no two sessions share an id", async (t) => {
  const random = seededRandom(1, "ids");
  const ids = Array.from({ length: 1000 }, () => drawSessionId("SHORT_BASE64", random));
  t.equal(new Set(ids).size, 1000);
});
