import fc from "fast-check";
import t from "tap";
import type { Place } from "../../../src/core/auth/arrival.ts";
import { everyArrivalFits } from "../../../src/core/auth/arrival.ts";
import { AuthBench } from "./auth-bench.ts";

/** Word for word: every order of arrival, every choice each car has, and nobody ever finds nothing. */
function naive(cars: readonly string[], places: readonly Place[]): boolean {
  for (let next = 0; next < cars.length; next++) {
    const car = cars[next];
    const others = cars.filter((_, index) => index !== next);
    let found = false;
    for (let spot = 0; spot < places.length; spot++) {
      const fits = places[spot]?.some((type) => type === car || type === "Unknown" || car === "Unknown");
      if (fits !== true) continue;
      found = true;
      const left = places.filter((_, index) => index !== spot);
      if (!naive(others, left)) return false;
    }
    if (!found) return false;
  }
  return true;
}

function* multisets<T>(kinds: readonly T[], size: number): Generator<T[]> {
  if (size === 0) yield [];
  for (let first = 0; size > 0 && first < kinds.length; first++) {
    for (const rest of multisets(kinds.slice(first), size - 1)) yield [kinds[first] as T, ...rest];
  }
}

t.test("by hand", async (t) => {
  const cases: { cars: string[]; places: string[][]; fits: boolean; why: string }[] = [
    { cars: [], places: [], fits: true, why: "nobody comes" },
    { cars: ["A"], places: [["B"], ["B"]], fits: false, why: "no place of its type" },
    { cars: ["A"], places: [["A", "B"]], fits: true, why: "one of two connectors will do" },
    { cars: ["A", "B"], places: [["A", "B"], ["A"]], fits: false, why: "A may take the only place of B" },
    { cars: ["A", "B"], places: [["B"], ["A"]], fits: true, why: "each has its own" },
    {
      cars: ["A", "B"],
      places: [
        ["A", "B"],
        ["A", "B"],
      ],
      fits: true,
      why: "either will do for both",
    },
    { cars: ["A", "Unknown"], places: [["A"], ["B"]], fits: false, why: "a car of any type may take the place of A" },
    { cars: ["A", "Unknown"], places: [["A"], ["A"], ["B"]], fits: true, why: "one of A is left" },
    { cars: ["A", "B"], places: [["Unknown"], ["Unknown"]], fits: true, why: "nobody knows better" },
    { cars: ["A", "A"], places: [["A"], []], fits: false, why: "one has no usable connector" },
  ];
  for (const { cars, places, fits, why } of cases) t.equal(everyArrivalFits(cars, places), fits, why);
});

t.test("every set-up of up to four cars and four places of two types", async (t) => {
  const kinds: Place[] = [[], ["A"], ["B"], ["A", "B"], ["Unknown"]];
  let compared = 0;
  let fitting = 0;
  for (let places = 0; places <= 4; places++) {
    for (const station of multisets(kinds, places)) {
      for (let cars = 0; cars <= 4; cars++) {
        for (const arriving of multisets(["A", "B", "Unknown"], cars)) {
          const expected = naive(arriving, station);
          compared++;
          if (expected) fitting++;
          if (everyArrivalFits(arriving, station) !== expected) t.fail(JSON.stringify({ arriving, station, expected }));
        }
      }
    }
  }
  t.equal(compared, 4410);
  t.ok(fitting > 400 && fitting < 4000, "both answers are met");
});

t.test("up to five cars and connectors of three types", async (t) => {
  const type = fc.constantFrom("A", "B", "C", "Unknown");
  const place = fc.uniqueArray(type, { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(type, { maxLength: 5 }), fc.array(place, { maxLength: 5 }), (cars, places) => {
      t.equal(everyArrivalFits(cars, places), naive(cars, places));
    }),
    { seed: 2026, numRuns: 400 },
  );
});

t.test("a large station is no matter of orders", async (t) => {
  const places = Array.from({ length: 128 }, (_, index) => (index % 2 === 0 ? ["A", "B"] : ["B", "C"]));
  const cars = Array.from({ length: 100 }, (_, index) => "ABC"[index % 3] as string);
  t.equal(everyArrivalFits(cars, places), false);
  t.equal(everyArrivalFits(cars.slice(0, 60), places), true);
});

/** A station in the words of the rules: which EVSE can be used, with which types. */
interface SetUp {
  readonly evses: readonly { readonly types: string[]; readonly condition: "free" | "plugged" | "off" | "broken" }[];
  readonly reservations: readonly { readonly evse?: number; readonly type: string }[];
}

t.test("reservations asked for one by one are given exactly when every arrival fits", async (t) => {
  const type = fc.constantFrom("A", "B", "Unknown");
  const setUp: fc.Arbitrary<SetUp> = fc.record({
    evses: fc.array(
      fc.record({
        types: fc.uniqueArray(type, { minLength: 1, maxLength: 2 }),
        condition: fc.constantFrom("free", "free", "free", "plugged", "off", "broken"),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    reservations: fc.array(fc.oneof(fc.record({ type }), fc.record({ type, evse: fc.integer({ min: 1, max: 4 }) })), {
      maxLength: 5,
    }),
  });
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(setUp, ({ evses, reservations }) => {
      const bench = new AuthBench({ evses: evses.length });
      for (const [index, { types, condition }] of evses.entries()) {
        bench.connectors(index + 1, ...types);
        if (condition === "plugged") bench.session("SessionStarted", index + 1);
        if (condition === "off") for (const c of types.keys()) bench.session("Disabled", index + 1, c + 1);
        if (condition === "broken") bench.fault(index + 1);
      }
      const cars: string[] = [];
      const reserved: number[] = [];
      // Only connector 1 can be broken.
      const usable = ({ types, condition }: SetUp["evses"][number]): string[] =>
        condition === "free" ? types : condition === "broken" ? types.slice(1) : [];
      for (const [id, { evse, type }] of reservations.entries()) {
        const wantedCars = evse === undefined ? [...cars, type] : cars;
        const wantedReserved = evse === undefined ? reserved : [...reserved, evse];
        const places = evses.flatMap((one, index) => (wantedReserved.includes(index + 1) ? [] : [usable(one)]));
        const own = evse === undefined ? undefined : evses[evse - 1];
        const ownFits =
          evse === undefined ||
          (own !== undefined &&
            !reserved.includes(evse) &&
            usable(own).some((has) => has === type || has === "Unknown" || type === "Unknown"));
        const expected =
          ownFits && wantedCars.length + wantedReserved.length <= evses.length && naive(wantedCars, places);
        const lines = bench.reserve(id, { connector_type: type, ...(evse !== undefined && { evse_id: evse }) });
        const asked = bench.state.reservations.find(({ stage }) => stage.name === "askingEvse");
        if (asked?.stage.name === "askingEvse") bench.evseSays(true, asked.stage.requestId);
        const given = bench.state.reservations.some(({ reservation }) => reservation.reservation_id === id);
        seen.add(given);
        if (given !== expected) {
          throw new Error(`${JSON.stringify({ evses, reservations, id, expected })} gave ${lines.join(", ")}`);
        }
        if (!given) continue;
        if (evse === undefined) cars.push(type);
        else reserved.push(evse);
      }
    }),
    { seed: 7, numRuns: 500 },
  );
  t.same([...seen].sort(), [false, true]);
});
