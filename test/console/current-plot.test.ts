import t from "tap";
import type { CurrentHistory } from "../../src/console/current-history.ts";
import { sampleAt, withSample } from "../../src/console/current-history.ts";
import { currentPlot, scaleFor, sharedScale } from "../../src/console/current-plot.ts";
import type { Tone } from "../../src/console/styled-text.ts";

const sample = (atS: number, drawnA: number, limitA: number) => ({ atMs: atS * 1000, drawnA, limitA });
const history = (...samples: readonly ReturnType<typeof sample>[]): CurrentHistory => samples.reduce(withSample, []);

const picture = (samples: CurrentHistory, { columns = 44, rows = 5, scaleA = 16, nowS = 180 }): string =>
  currentPlot(samples, { columns, rows, scaleA, nowMs: nowS * 1000 })
    .map((line) =>
      line
        .map(({ text }) => text)
        .join("")
        .trimEnd(),
    )
    .join("\n");

t.test("current below its limit, over three minutes", async (t) => {
  const charging = history(sample(0, 0, 16), sample(60, 10, 16), sample(120, 6, 6), sample(150, 3, 6));
  t.equal(
    picture(charging, {}),
    [
      " 16 A ┤━━━━━━━━━━━━━━━━━━━━━━━",
      "      │           ▄▄▄▄▄▄▄▄▄▄▄▄",
      "  8 A ┤           ████████████━━━━━━━━━━━━━",
      "      │           ██████████████████▆▆▆▆▆▆▆",
      "  0 A └-3 min ──── █ drawn ━ limit ──── now",
    ].join("\n"),
  );
});

t.test("the axis names whole minutes whatever the width", async (t) => {
  for (const [columns, axis] of [
    [67, "  0 A └-5 min ─────┴────────── █ drawn ━ limit ────────┴─────── now"],
    [30, "  0 A └-3 min ─────┴─ now"],
    [25, "  0 A └-3 min ─────┴─ now"],
    [19, "  0 A └-3 min ─ now"],
  ] as const) {
    t.equal(picture([], { columns }).split("\n").at(-1), axis, `${columns} columns`);
  }
  t.equal(picture([], { columns: 18 }), "", "too narrow");
  t.equal(picture([], { rows: 3 }), "", "too low");
});

t.test("more than the limit is another colour, and no limit is no line", async (t) => {
  const lines = currentPlot(history(sample(0, 12, 6)), { columns: 30, rows: 5, scaleA: 16, nowMs: 180_000 });
  const tones = (row: number): readonly (readonly [string, Tone])[] =>
    (lines[row] ?? []).slice(1).map(({ text, tone }) => [text.slice(-1), tone] as const);
  t.same(tones(0).at(-1), [" ", "warning"]);
  t.same(tones(1).at(-1), ["█", "warning"], "12 A of 6 A");
  t.same(tones(2).at(-1), ["━", "note"], "the limit");
  t.same(tones(3).at(-1), ["█", "good"], "within it");
  t.notMatch(
    picture(history(sample(0, 0, 0)), {})
      .split("\n")
      .slice(0, -1)
      .join(""),
    "━",
  );
});

t.test("scales are those of usual supplies, one for all", async (t) => {
  for (const [highestA, scaleA] of [
    [0, 10],
    [10, 10],
    [10.1, 16],
    [20, 20],
    [32, 32],
    [63, 64],
    [125, 200],
  ] as const) {
    t.equal(scaleFor(highestA), scaleA, `${highestA} A`);
  }
  t.equal(sharedScale([history(sample(0, 5, 16)), history(sample(0, 31, 6)), []]), 32);
});

t.test("a history keeps what changed, for a while", async (t) => {
  const same = history(sample(0, 1, 6));
  t.equal(withSample(same, sample(5, 1, 6)), same, "nothing new");
  t.same(history(sample(1, 1, 6), sample(1, 2, 6)), [sample(1, 2, 6)], "one sample an instant");
  const long = Array.from({ length: 3000 }, (_, index) => sample(index, index % 7, 16)).reduce(withSample, []);
  t.equal(long[0]?.atMs, (2999 - 900) * 1000, "what held fifteen minutes ago is still known");
  t.equal(sampleAt(long, 2_500_500)?.atMs, 2_500_000);
  t.equal(sampleAt(long, 0), undefined);
  const quick = Array.from({ length: 5000 }, (_, index) => sample(index / 100, index % 7, 16)).reduce(withSample, []);
  t.equal(quick.length, 1000);
});
