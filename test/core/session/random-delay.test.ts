import type { Test } from "tap";
import t from "tap";
import type {
  RandomDelayEffect,
  RandomDelayEvent,
  RandomDelayOptions,
} from "../../../src/core/session/random-delay.ts";
import {
  heldCurrentA,
  initialRandomDelay,
  isProtective,
  randomDelayMachine,
} from "../../../src/core/session/random-delay.ts";

/**
 * One moment of a course: seconds, what comes, what is done about it.
 *
 * Events: `16` limits of that current, `16!` when they protect, `16/3` when they hold 3 s instead of 10; `drawn 5`;
 * `vehicle` and `no vehicle`; `max 60`; others by name; `-` lets time pass.
 * Effects: `16` let through, `hold 6` the current that stays, `/3` with another validity than 10 s; `draw 600`;
 * `3s 6->16` a countdown: so many seconds left, the current meanwhile and afterwards.
 */
type Moment = readonly [atS: number, event: string, effects: string];

const source = "tariff";

function eventOf(words: string): RandomDelayEvent {
  const [word = "", argument = ""] = words.split(" ");
  switch (word) {
    case "started":
    case "enable":
    case "disable":
    case "cancel":
      return { kind: word };
    case "vehicle":
      return { kind: "vehicle", charges: true };
    case "no":
      return { kind: "vehicle", charges: false };
    case "drawn":
      return { kind: "drawn", durationS: Number(argument) };
    case "max":
      return { kind: "setMaxDuration", maxDurationS: Number(argument) };
  }
  const found = /^([\d.]+)(!?)(?:\/([\d.]+))?$/.exec(word);
  if (found === null) throw new Error(`no such event: ${words}`);
  const [, ampere, mark, validForS = "10"] = found;
  const currentA = Number(ampere);
  const limits = { ac_max_current_A: { value: currentA, source }, ac_max_phase_count: { value: 3, source } };
  return { kind: "limits", limits, currentA, protects: mark === "!", validForMs: Number(validForS) * 1000 };
}

function wordOf(effect: RandomDelayEffect): string {
  switch (effect.kind) {
    case "drawDelay":
      return `draw ${effect.maxDurationS}`;
    case "countdown":
      return `${effect.leftS}s ${effect.duringA}->${effect.afterA}`;
    case "enforce": {
      const { ac_max_current_A: current, ac_max_phase_count: phases } = effect.limits;
      const held = current?.source === "random_delay" && phases === undefined;
      const validity = effect.validForMs === 10_000 ? "" : `/${effect.validForMs / 1000}`;
      return `${held ? "hold " : ""}${current?.value}${validity}`;
    }
  }
}

const standard: RandomDelayOptions = { enabled: true, maxDurationS: 600, atAnyChange: true };

function follow(t: Test, options: RandomDelayOptions, course: readonly Moment[]): void {
  const machine = randomDelayMachine(options);
  let state = initialRandomDelay(options);
  for (const [atS, event, expected] of course) {
    const dueMs = machine.deadlineMs(state);
    const isDue = dueMs !== null && dueMs <= atS * 1000;
    if (isDue) t.equal(dueMs, atS * 1000, `${atS} s: no deadline is passed over`);
    const step = machine.step(state, event === "-" ? machine.deadlineReached : eventOf(event), atS * 1000);
    state = step.state;
    t.equal(step.effects.map(wordOf).join(", "), expected, `${atS} s: ${event}`);
  }
}

/** A vehicle charges with 6 A, long after the start. */
const charging: readonly Moment[] = [
  [0, "started", ""],
  [10, "6/90", "6/90"],
  [20, "vehicle", ""],
];

const courses: Record<string, { readonly options?: Partial<RandomDelayOptions>; readonly course: readonly Moment[] }> =
  {
    "a raise waits, what was in force is renewed meanwhile, and the latest limits count in the end": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 3", "3s 6->16"],
        [22, "16", "hold 6, 2s 6->16"],
        [23.5, "20", "hold 6, 1s 6->20"],
        [24, "-", "0s 6->20, 20/9.5"],
        [25, "20", "20"],
      ],
    },
    "a reduction by somebody who has a name and no rating waits as well": {
      course: [...charging, [21, "0", "hold 6, draw 600"], [21, "drawn 2", "2s 6->0"], [23, "-", "0s 6->0, 0/8"]],
    },
    "a reduction that protects does not wait": {
      course: [...charging, [21, "3!", "3"], [22, "3!", "3"]],
    },
    "a raise up to a rating waits": {
      course: [...charging, [21, "16!", "hold 6, draw 600"]],
    },
    "a reduction that protects ends a delay, whichever way that one goes": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 100", "100s 6->16"],
        [22, "10!", "hold 6, 99s 6->10"],
        [23, "5!", "0s 6->5, 5"],
        [24, "9", "hold 5, draw 600"],
        [24, "4!", "0s 5->4, 4"],
      ],
    },
    "a tenth of an ampere is a change, less is none": {
      course: [...charging, [21, "6.09", "6.09"], [22, "6.14", "6.14"], [23, "6.24", "hold 6.14, draw 600"]],
    },
    "only from and to zero, where so configured": {
      options: { atAnyChange: false },
      course: [
        ...charging,
        [21, "16", "16"],
        [22, "0.1", "hold 16, draw 600"],
        [22, "drawn 1", "1s 16->0.1"],
        [23, "-", "0s 16->0.1, 0.1/9"],
        [24, "0", "0"],
        [25, "0.11", "hold 0, draw 600"],
      ],
    },
    "limits that nobody renews end, delay or not": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 100", "100s 6->16"],
        [25, "16/4", "hold 6/4, 96s 6->16"],
        [29, "-", "0s 6->16"],
        [30, "16", "hold 0, draw 600"],
      ],
    },
    "limits that ran out before count as nothing": {
      course: [...charging, [100, "6", "hold 0, draw 600"]],
    },
    "limits count as long as they are valid": {
      course: [...charging, [99.999, "6", "6"]],
    },
    "limits that nobody renews end before the length is drawn, too": {
      course: [...charging, [21, "16/3", "hold 6/3, draw 600"], [22, "-", ""], [24, "-", "0s 6->16"]],
    },
    "a millisecond of what waited is left": {
      course: [
        ...charging,
        [21, "16/3.001", "hold 6/3.001, draw 600"],
        [21, "drawn 3", "3s 6->16"],
        [24, "-", "0s 6->16, 16/0.001"],
      ],
    },
    "what protects and takes nothing away ends no delay": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 100", "100s 6->16"],
        [22, "6!", "hold 6, 99s 6->6"],
      ],
    },
    "a vehicle that charges is no news while a delay runs": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 3", "3s 6->16"],
        [22, "vehicle", ""],
        [23, "-", ""],
        [24, "-", "0s 6->16, 16/7"],
      ],
    },
    "a length that nobody asked for": {
      course: [
        ...charging,
        [21, "drawn 5", ""],
        [22, "16", "hold 6, draw 600"],
        [22, "drawn 3", "3s 6->16"],
        [22, "drawn 1", ""],
        [24, "disable", "0s 6->16, 16/8"],
        [24, "drawn 5", ""],
      ],
    },
    "one second at most": {
      options: { maxDurationS: 1 },
      course: [...charging, [21, "16", "hold 6, draw 1"]],
    },
    "nothing to delay without a vehicle": {
      course: [
        [0, "started", ""],
        [10, "6", "6"],
        [11, "16", "16"],
        [12, "vehicle", ""],
        [12, "16", "16"],
      ],
    },
    "the delay ends with the vehicle's charging": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 100", "100s 6->16"],
        [25, "no vehicle", "0s 6->16, 16/6"],
        [26, "10", "10"],
      ],
    },
    cancelled: {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 100", "100s 6->16"],
        [25, "cancel", "0s 6->16, 16/6"],
        [26, "16", "16"],
        [27, "6", "hold 16, draw 600"],
      ],
    },
    "cancelled before its length was drawn": {
      course: [...charging, [21, "16", "hold 6, draw 600"], [21, "cancel", "0s 6->16, 16"], [21, "drawn 100", ""]],
    },
    "switched off during a delay, and on again": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 100", "100s 6->16"],
        [25, "disable", "0s 6->16, 16/6"],
        [26, "6", "6"],
        [27, "disable", ""],
        [28, "enable", ""],
        [29, "16", "hold 6, draw 600"],
      ],
    },
    "switching it on anew ends the delay that runs": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [25, "enable", "0s 6->16, 16/6"],
        [26, "6", "hold 16, draw 600"],
      ],
    },
    "off from the start": {
      options: { enabled: false },
      course: [...charging, [21, "16", "16"], [22, "cancel", ""], [23, "enable", ""], [24, "6", "hold 16, draw 600"]],
    },
    "another longest duration counts from the next delay on": {
      course: [
        ...charging,
        [21, "16", "hold 6, draw 600"],
        [21, "drawn 2", "2s 6->16"],
        [22, "max 60", ""],
        [23, "-", "0s 6->16, 16/8"],
        [24, "6", "hold 16, draw 60"],
      ],
    },
    "a longest duration of nothing is no delay": {
      options: { maxDurationS: 0 },
      course: [...charging, [21, "16", "16"]],
    },
    "drawn: no delay this time": {
      course: [...charging, [21, "16", "hold 6, draw 600"], [21, "drawn 0", "0s 6->16, 16"]],
    },
    "the length counts from the change, however late it is drawn": {
      course: [...charging, [21, "16", "hold 6, draw 600"], [22, "drawn 3", "2s 6->16"], [24, "-", "0s 6->16, 16/7"]],
    },
    "a vehicle that is there within five seconds after the start begins from nothing, once": {
      course: [
        [0, "16", "16"],
        [10, "started", ""],
        [10, "16", "16"],
        [11, "vehicle", ""],
        [14.999, "16", "hold 0, draw 600"],
        [14.999, "drawn 1", "1s 0->16"],
        [15.999, "-", "0s 0->16, 16/9"],
        [16, "16", "16"],
      ],
    },
    "after five seconds it finds the station as it is": {
      course: [
        [10, "started", ""],
        [11, "16", "16"],
        [12, "vehicle", ""],
        [15, "16", "16"],
      ],
    },
    "cancelled within these five seconds, it stays cancelled": {
      course: [
        [10, "started", ""],
        [10, "vehicle", ""],
        [10, "16", "hold 0, draw 600"],
        [10, "drawn 60", "60s 0->16"],
        [11, "cancel", "0s 0->16, 16/9"],
        [12, "16", "16"],
      ],
    },
  };

t.test("courses", async (t) => {
  for (const [name, { options, course }] of Object.entries(courses)) {
    await t.test(name, async (t) => follow(t, { ...standard, ...options }, course));
  }
});

t.test("what names a rating, and what nobody put a name to, protects", async (t) => {
  const protective: [string, boolean][] = [
    ["", true],
    ["grid_connection_point/module_config", true],
    ["connector_1/evse_board_support_caps", true],
    ["connector_1/pp_ampacity", true],
    ["connector_1/powersupply_dc_caps", true],
    ["AcTemperatureDerating", true],
    ["tariff,grid_connection_point/module_config", true],
    ["tariff", false],
    ["ocpp/tariff,solar", false],
    ["module_config/tariff", false],
  ];
  for (const [source, protects] of protective) t.equal(isProtective(source), protects, source);
});

t.test("what is waited for, and what is kept meanwhile although less is due", async (t) => {
  const machine = randomDelayMachine(standard);
  const table: [atS: number, event: string, dueS: number | null, heldA: number | undefined][] = [
    [0, "16/90", null, undefined],
    [20, "vehicle", null, undefined],
    [20, "6/30", 50, 16],
    [21, "drawn 10", 30, 16],
    [22, "6/5", 27, 16],
    [23, "20/60", 30, undefined],
    [24, "16/60", 30, undefined],
    [25, "8/60", 30, 16],
    [26, "cancel", null, undefined],
    [27, "disable", null, undefined],
  ];
  let state = initialRandomDelay(standard);
  t.equal(heldCurrentA(initialRandomDelay({ ...standard, enabled: false })), undefined);
  for (const [atS, event, dueS, heldA] of table) {
    state = machine.step(state, eventOf(event), atS * 1000).state;
    t.equal(machine.deadlineMs(state), dueS === null ? null : dueS * 1000, `${atS} s: ${event}`);
    t.equal(heldCurrentA(state), heldA, `${atS} s: ${event}`);
  }
});
