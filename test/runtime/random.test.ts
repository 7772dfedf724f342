import t from "tap";
import { seededRandom, systemRandom } from "../../src/runtime/random.ts";

t.test("equal seed and stream give equal numbers, others do not", async (t) => {
  const draw = (seed: number, stream: string): number[] => {
    const random = seededRandom(seed, stream);
    return [random.next(), random.next(), random.integer(0, 1000)];
  };
  t.strictSame(draw(7, "bsp"), draw(7, "bsp"));
  t.notSame(draw(7, "bsp"), draw(8, "bsp"));
  t.notSame(draw(7, "bsp"), draw(7, "meter"));
});

t.test("numbers keep their bounds", async (t) => {
  for (const random of [seededRandom(1, "x"), systemRandom]) {
    for (let count = 0; count < 1000; count++) {
      const value = random.next();
      if (!(value >= 0 && value < 1)) t.fail(`${value} is not in [0, 1)`);
      const integer = random.integer(3, 5);
      if (![3, 4, 5].includes(integer)) t.fail(`${integer} is not in 3..5`);
    }
  }
  t.equal(seededRandom(1, "x").bytes(12).length, 12);
});

t.test("ids are version 4 UUIDs, the same again for the same seed", async (t) => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  t.match(seededRandom(1, "x").uuid(), uuid);
  t.match(systemRandom.uuid(), uuid);
  t.equal(seededRandom(1, "x").uuid(), seededRandom(1, "x").uuid());
});
