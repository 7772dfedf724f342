import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Test } from "tap";
import t from "tap";
import { typesNamedIn, validateSource } from "../../src/config/load.ts";
import { readSource } from "../../src/config/source.ts";
import { loadManifests, moduleTypes } from "../../src/daemon/catalogue.ts";
import type { StationRun } from "./station-run.ts";
import {
  allow,
  command,
  configurationFile,
  present,
  runStation,
  script,
  untilCharging,
  whenUnplugged,
} from "./station-run.ts";

/** Charging by ISO 15118-2: a vehicle that is told to, one that never says a word, and the keys of the station. */
const iso = "iso_start_v2g_session AC 86400 0;iso_wait_pwr_ready;iso_draw_power_regulated 16,3;iso_wait_for_stop 36000";
const speaks = `sleep 1;iso_wait_slac_matched;${iso}`;
const silent = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000";
const fivePercent = ["evse.ac_hlc_use_5percent=true"];
const enforced = [...fivePercent, "evse.ac_enforce_hlc=true"];
const leave = "iso_stop_charging;iso_wait_v2g_session_stopped;unplug";

const [, sessionStarted, authRequired, ...onceIdentified] = untilCharging as [string, string, string, ...string[]];
const begin = ["Enabled", sessionStarted, authRequired];
const again = ["PrepareCharging", "ChargingStarted"];

interface Case {
  readonly title: string;
  readonly set?: readonly string[];
  readonly ev: string;
  /** The card comes at this second. */
  readonly cardAtS?: number;
  readonly steps?: readonly object[];
  readonly until?: number;
  readonly events: readonly string[];
  /** What the pilot was told; 53.33 are 32 A. */
  readonly pwm: readonly string[];
  readonly contactor: readonly string[];
  /** Some of what stack and station say to each other, in order. */
  readonly said?: readonly string[];
  readonly more?: (t: Test, run: StationRun) => void;
}

/** At the external limits of the fuse. */
const fuse = (atS: number, ampere: number): object => {
  const step = allow(atS, ampere) as { command: object };
  return { ...step, command: { ...step.command, module: "grid" } };
};

const closeOpen = ["close", "closed", "open", "opened"];

const wordsOf = (run: StationRun): string[] =>
  run.lines
    .filter(({ module, kind }) => module === "evse" && (kind === "hlc" || kind === "slac"))
    .map(({ kind, dir, name, args, value }) => {
      const word = Object.values((args ?? { value }) as object)[0];
      const plain = ["string", "boolean"].includes(typeof word) ? ` ${word}` : "";
      return `${kind} ${dir === "cmd" ? "<" : ">"} ${name}${plain}`;
    });

const cases: readonly Case[] = [
  {
    title: "from X1, by card: the vehicle speaks while a nominal duty cycle runs, and draws what it is told",
    ev: speaks,
    cardAtS: 1.2,
    steps: [script(20, leave)],
    events: [...untilCharging, ...whenUnplugged],
    pwm: ["X1", "53.33", "X1"],
    contactor: closeOpen,
    said: [
      "slac < enter_bcd",
      "slac > state MATCHED",
      "hlc < dlink_ready true",
      "hlc > require_auth_eim",
      "hlc < authorization_response Accepted",
      "hlc > ac_close_contactor",
      "hlc > ac_open_contactor",
      "hlc > dlink_terminate",
      "slac < dlink_terminate",
    ],
    more: (t, run) => {
      t.equal(run.currentA(15, "evse"), 16);
      t.same(
        run.lines.filter(({ name }) => name === "update_ac_max_current").map(({ args }) => args),
        [{ max_current: 0 }, { max_current: 32 }],
      );
    },
  },
  {
    title: "from 5 %, the card after the matching: charging at 5 %, closed and opened by the stack's word",
    set: fivePercent,
    ev: speaks,
    cardAtS: 8,
    steps: [script(20, leave)],
    events: [...begin, ...onceIdentified, ...stoppedByVehicle(), ...whenUnplugged],
    pwm: ["X1", "5.00", "X1"],
    contactor: closeOpen,
    more: (t, run) => {
      const asked = run.one("hlc", { name: "ac_close_contactor" }, 0, "evse");
      const closes = run.one("contactor_command", { closed: true }, 0, "evse");
      t.ok(run.place(closes) > run.place(asked));
      const ends = run.one("hlc", { name: "ac_open_contactor" }, 0, "evse");
      const opens = run.one("contactor_command", { closed: false, reason: "PowerOff" }, 0, "evse");
      t.equal(opens.t, ends.t, "opened before the vehicle has left C");
      t.ok(run.one("cp", { from: "C" }, 0, "evse").t > opens.t);
    },
  },
  {
    title: "from 5 %, the card before any matching: basic charging, after an F that tells the vehicle to begin anew",
    set: fivePercent,
    ev: silent,
    cardAtS: 3,
    events: [...begin, ...onceIdentified],
    pwm: ["X1", "5.00", "F", "X1", "53.33"],
    contactor: ["close", "closed"],
    until: 30,
    more: (t, run) => {
      const [f, x1] = [run.one("pwm", { mode: "F" }, 0, "evse"), run.of("pwm", { mode: "X1" }, "evse").at(-1)];
      t.equal(Math.round(((x1?.t ?? 0) - f.t) * 1000), 4000);
    },
  },
  {
    title: "from 5 %, matched, but the conversation never comes: basic charging after 10 s and an X1 of 3 s",
    set: fivePercent,
    ev: "sleep 1;iso_wait_slac_matched;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000",
    cardAtS: 8,
    events: [...begin, ...onceIdentified],
    pwm: ["X1", "5.00", "X1", "53.33"],
    contactor: ["close", "closed"],
    until: 40,
    more: (t, run) => {
      t.equal(run.one("state", { to: "T_step_X1" }, 0, "evse").t, 18.5, "the card was accepted at 8.5 s");
      t.equal(run.one("state", { to: "PrepareCharging" }, 0, "evse").t, 21.5);
    },
  },
  {
    title: "from 5 %, the conversation fails before it is set up: basic charging",
    set: fivePercent,
    ev: "sleep 1;iso_wait_slac_matched;iso_start_v2g_session AC 86400 0;iso_wait_v2g_session_stopped;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000",
    cardAtS: 8,
    steps: [
      { at_s: 1, sim: { module: "hlc_of_vehicle", name: "misbehave", args: { at: "chargeParameterDiscovery" } } },
    ],
    events: [...begin, "Authorized", "TransactionStarted", "AuthRequired", ...again],
    pwm: ["X1", "5.00", "X1", "F", "X1", "53.33"],
    contactor: ["close", "closed"],
    until: 60,
  },
  {
    title: "enforced, the card first: the vehicle is waited for, and charges at 5 %",
    set: enforced,
    ev: speaks,
    cardAtS: 1.2,
    events: [...untilCharging],
    pwm: ["X1", "5.00"],
    contactor: ["close", "closed"],
    until: 30,
  },
  {
    title: "enforced, a vehicle that never speaks: no nominal duty cycle before it was called by F and waited for",
    set: enforced,
    ev: silent,
    cardAtS: 1.2,
    events: [...untilCharging.slice(0, -1), "PrepareCharging", "ChargingStarted"],
    pwm: ["X1", "5.00", "F", "X1", "5.00", "53.33"],
    contactor: ["close", "closed"],
    until: 70,
    more: (t, run) => {
      t.equal(Math.round(run.one("pwm", { duty_percent: 53.333333333333336 }, 0, "evse").t), 46);
    },
  },
  {
    title: "the vehicle pauses, and wakes the station up by toggling between B and C",
    set: fivePercent,
    ev: speaks,
    cardAtS: 4,
    steps: [
      script(20, "iso_pause_charging;iso_wait_for_resume"),
      script(40, `iso_start_bcb_toggle 3;iso_wait_pwm_is_running;${iso}`),
    ],
    until: 60,
    events: [...begin, ...onceIdentified, ...stoppedByVehicle(), ...again],
    pwm: ["X1", "5.00", "X1", "5.00"],
    contactor: [...closeOpen, "close", "closed"],
    said: [
      "hlc > ac_close_contactor",
      "hlc > ac_open_contactor",
      "hlc > dlink_pause",
      "slac < dlink_pause",
      "hlc < stop_charging false",
      "hlc > ac_close_contactor",
    ],
    more: (t, run) =>
      t.same(
        run.of("slac", { name: "state", value: "MATCHING" }, "evse").length,
        1,
        "the network has outlived the pause",
      ),
  },
  {
    title: "a single pulse between B and C wakes nobody",
    set: fivePercent,
    ev: speaks,
    cardAtS: 4,
    steps: [script(20, "iso_pause_charging;iso_wait_for_resume"), script(40, "draw_power_fixed 16,3;sleep 3;pause")],
    until: 60,
    events: [...begin, ...onceIdentified, ...stoppedByVehicle()],
    pwm: ["X1", "5.00", "X1"],
    contactor: closeOpen,
  },
  {
    title: "its user pauses and goes on: the vehicle is told to stop, and matched anew",
    set: fivePercent,
    ev: `${speaks};iso_wait_v2g_session_stopped;iso_wait_slac_matched;${iso}`,
    cardAtS: 4,
    steps: [command(20, "pause_charging", {}, "evse"), command(40, "resume_charging", {}, "evse")],
    until: 60,
    events: [...begin, ...onceIdentified, "StoppingCharging", "ChargingPausedEVSE", ...again],
    pwm: ["X1", "5.00", "X1", "5.00"],
    contactor: [...closeOpen, "close", "closed"],
    said: [
      "hlc < stop_charging true",
      "hlc > ac_open_contactor",
      "hlc > dlink_terminate",
      "slac < enter_bcd",
      "hlc < stop_charging false",
      "slac > state MATCHED",
      "hlc > ac_close_contactor",
    ],
  },
  {
    title: "the link fails while power flows: X1 and F, and the vehicle begins anew without another card",
    set: enforced,
    ev: speaks,
    cardAtS: 4,
    steps: [
      { at_s: 20, sim: { module: "hlc_of_vehicle", name: "misbehave", args: { at: "chargingStatus" } } },
      { at_s: 21, sim: { module: "hlc_of_vehicle", name: "misbehave", args: { at: null } } },
      script(22, `iso_wait_slac_matched;${iso}`),
    ],
    until: 60,
    events: [...begin, ...onceIdentified, "AuthRequired", ...again],
    pwm: ["X1", "5.00", "X1", "F", "X1", "5.00"],
    contactor: [...closeOpen, "close", "closed"],
    said: ["hlc > ac_open_contactor", "hlc > dlink_error", "slac < dlink_error", "hlc > ac_close_contactor"],
  },
  {
    title: "the power line is dead: power ends, and the vehicle is brought to look again",
    set: enforced,
    ev: speaks,
    cardAtS: 4,
    steps: [
      { at_s: 20, sim: { module: "slac", name: "lose_link", args: {} } },
      script(30, `iso_wait_slac_matched;${iso}`),
    ],
    until: 60,
    events: [...begin, ...onceIdentified, "AuthRequired", ...again],
    pwm: ["X1", "5.00", "X1", "F", "X1", "5.00"],
    contactor: [...closeOpen, "close", "closed"],
  },
  {
    title: "back to B without a word: power ends at once",
    set: fivePercent,
    ev: speaks,
    cardAtS: 4,
    steps: [script(20, "pause")],
    until: 40,
    events: [...begin, ...onceIdentified, ...stoppedByVehicle()],
    pwm: ["X1", "5.00", "X1"],
    contactor: closeOpen,
    said: ["hlc < stop_charging true", "hlc > ac_open_contactor", "hlc > dlink_terminate"],
    more: (t, run) => t.ok(run.one("contactor_command", { closed: false }, 0, "evse").t < 20.1),
  },
  {
    title: "the pilot is shorted (E): power ends at once",
    set: fivePercent,
    ev: speaks,
    cardAtS: 4,
    steps: [script(20, "error_e")],
    until: 30,
    events: [...begin, ...onceIdentified, ...stoppedByVehicle()],
    pwm: ["X1", "5.00", "X1"],
    contactor: closeOpen,
    more: (t, run) => t.ok(run.one("contactor_command", { closed: false }, 0, "evse").t < 20.1),
  },
  {
    title: "unplugged in the middle of it",
    set: fivePercent,
    ev: speaks,
    cardAtS: 4,
    steps: [script(20, "unplug")],
    until: 40,
    events: [...begin, ...onceIdentified, ...whenUnplugged],
    pwm: ["X1", "5.00", "X1"],
    contactor: closeOpen,
    said: ["hlc > ac_close_contactor", "slac < leave_bcd"],
  },
  {
    title: "no energy while it charges: 5 s, then the vehicle is told to stop, and matched anew when there is some",
    set: fivePercent,
    ev: `${speaks};iso_wait_v2g_session_stopped;iso_wait_slac_matched;${iso}`,
    cardAtS: 4,
    steps: [fuse(20, 0), fuse(40, 20)],
    until: 60,
    events: [...begin, ...onceIdentified, "StoppingCharging", "ChargingPausedEVSE", ...again],
    pwm: ["X1", "5.00", "X1", "5.00"],
    contactor: [...closeOpen, "close", "closed"],
    more: (t, run) => {
      t.ok(run.event("StoppingCharging", 0, "evse").t >= 25);
      t.match(run.event("ChargingPausedEVSE", 0, "evse"), { charging_paused_evse: { reasons: ["NoEnergy"] } });
      const told = run.lines.filter(({ name }) => name === "update_ac_max_current").map(({ args }) => args);
      t.same(told.slice(-3), [{ max_current: 32 }, { max_current: 0 }, { max_current: 20 }]);
    },
  },
  {
    title: "the matching fails twice: F and 5 % anew each time; then a card makes it basic charging",
    set: fivePercent,
    ev: "sleep 1;iso_wait_slac_matched",
    cardAtS: 16,
    steps: [
      { at_s: 0, sim: { module: "slac", name: "fail_matching", args: {} } },
      script(9, "iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000"),
    ],
    until: 40,
    events: [...begin, authRequired, authRequired, ...onceIdentified],
    pwm: ["X1", "5.00", "F", "X1", "5.00", "F", "X1", "5.00", "F", "X1", "53.33"],
    contactor: ["close", "closed"],
    said: ["slac > request_error_routine", "slac < reset false", "slac < leave_bcd", "slac < enter_bcd"],
  },
  {
    title: "autocharge: the vehicle's own address is its card",
    set: [...fivePercent, "evse.enable_autocharge=true", "hlc_of_vehicle.evcc_id=AABBCCDDEEFF"],
    ev: speaks,
    events: [...begin, ...onceIdentified],
    pwm: ["X1", "5.00"],
    contactor: ["close", "closed"],
    until: 20,
    said: ["hlc > evcc_id AA:BB:CC:DD:EE:FF", "hlc > require_auth_eim", "hlc < authorization_response Accepted"],
    more: (t, run) => t.same(tokensOf(run), ["VID:AABBCCDDEEFF"]),
  },
  {
    title: "autocharge by the address of the modem: the card is there before the conversation begins",
    set: [...fivePercent, "evse.enable_autocharge=true", "evse.autocharge_use_slac_instead_of_hlc=true"],
    ev: speaks,
    events: [...begin, ...onceIdentified],
    pwm: ["X1", "5.00"],
    contactor: ["close", "closed"],
    until: 20,
    said: ["slac > state MATCHED", "hlc > require_auth_eim", "hlc < authorization_response Accepted"],
    more: (t, run) => t.match(tokensOf(run), [/^VID:02[0-9A-F]{10}$/]),
  },
  {
    title: "a contract: looked at, and charged by",
    set: fivePercent,
    ev: speaks.replace("AC 86400 0", "AC contract 86400 0"),
    events: [...begin, ...onceIdentified],
    pwm: ["X1", "5.00"],
    contactor: ["close", "closed"],
    until: 20,
    said: ["hlc > selected_payment_option Contract", "hlc < authorization_response Accepted"],
    more: (t, run) => t.same(tokensOf(run), ["UKSWI123456791A"]),
  },
  {
    title: "a contract that nobody accepts: the vehicle hears of it and goes, nothing is closed",
    set: [...fivePercent, "token_validator.validation_result=Blocked"],
    ev: speaks.replace("AC 86400 0", "AC contract 86400 0"),
    events: begin,
    pwm: ["X1", "5.00", "X1"],
    contactor: [],
    until: 20,
    said: [
      "hlc < authorization_response Blocked",
      "hlc > hlc_session_failed AuthorizationFailed",
      "hlc > dlink_terminate",
    ],
  },
  {
    title: "no contract on offer: the vehicle falls back to a card",
    set: [...fivePercent, "evse.payment_enable_contract=false"],
    ev: speaks.replace("AC 86400 0", "AC contract 86400 0"),
    cardAtS: 8,
    events: [...begin, ...onceIdentified],
    pwm: ["X1", "5.00"],
    contactor: ["close", "closed"],
    until: 20,
    said: ["hlc > selected_payment_option ExternalPayment", "hlc > require_auth_eim"],
  },
  {
    title: "an emergency: X1 and open at once, and the vehicle is told in words",
    set: fivePercent,
    ev: speaks,
    cardAtS: 4,
    steps: [
      {
        at_s: 20,
        raise: {
          module: "board",
          implementation: "board_support",
          type: "evse_board_support/MREC8EmergencyStop",
          severity: "High",
        },
      },
    ],
    until: 30,
    events: [...begin, ...onceIdentified, "StoppingCharging", "ChargingPausedEVSE"],
    pwm: ["X1", "5.00", "X1"],
    contactor: closeOpen,
    said: ["hlc < send_error Error_EmergencyShutdown", "hlc < stop_charging true"],
    more: (t, run) => t.equal(run.one("contactor_command", { closed: false }, 0, "evse").t, 20),
  },
];

const tokensOf = (run: StationRun): string[] =>
  run
    .of("token", { status: "Processing" }, "auth")
    .map(({ token }) => (token as { id_token: { value: string } }).id_token.value);

function stoppedByVehicle(): string[] {
  return ["StoppingCharging", "ChargingPausedEV"];
}

for (const { title, set, ev, cardAtS, steps = [], until, events, pwm, contactor, said = [], more } of cases) {
  t.test(title, async (t) => {
    const run = await runStation({
      station: "ac-hlc",
      ev,
      ...(set !== undefined && { set }),
      steps: [...(cardAtS === undefined ? [] : [present(cardAtS, "CARD")]), ...steps],
      until: until ?? 40,
      seed: 1,
    });
    t.same(run.events("evse"), events);
    t.same(run.pwm("evse"), pwm);
    t.same(run.contactor("evse"), contactor);
    const words = wordsOf(run);
    let place = -1;
    for (const word of said) {
      place = words.indexOf(word, place + 1);
      t.ok(place >= 0, `${word}, in its order`);
      if (place < 0) return;
    }
    more?.(t, run);
    t.equal(run.result.exit, 0);
  });
}

t.test("check names the keys that change nothing", async (t) => {
  const sources = { AC: readSource(configurationFile("ac-hlc")), DC: readSource(configurationFile("dc-station")) };
  const manifests = await loadManifests([...typesNamedIn(sources.AC), ...typesNamedIn(sources.DC)]);
  const notes = (overrides: readonly string[], mode: "AC" | "DC" = "AC"): string[] => {
    const source = sources[mode];
    const loaded = validateSource(source, { lookup: (type) => manifests.get(type), types: moduleTypes, overrides });
    t.ok(loaded.ok);
    const told = loaded.ok ? loaded.notes.map(({ message }) => message) : [];
    return told.filter((message) => message.startsWith("evse."));
  };
  t.same(notes([...enforced, "evse.enable_autocharge=true"]), []);
  t.same(notes(["evse.hack_sleep_in_cable_check=0", "evse.ac_hlc_enabled=false"]), []);
  t.same(notes(["evse.ac_enforce_hlc=true"]), ["evse.ac_enforce_hlc has no effect without ac_hlc_use_5percent"]);
  t.same(notes(["evse.ac_hlc_enabled=false", "evse.ac_hlc_use_5percent=true", "evse.ev_receipt_required=true"]), [
    "evse.ac_hlc_use_5percent has no effect without ac_hlc_enabled",
    "evse.ev_receipt_required has no effect without ac_hlc_enabled",
  ]);
  t.same(notes(["evse.autocharge_use_slac_instead_of_hlc=true", "evse.hack_sleep_in_cable_check=2"]), [
    "evse.autocharge_use_slac_instead_of_hlc has no effect without enable_autocharge",
    "evse.hack_sleep_in_cable_check has no effect with AC",
  ]);
  t.same(notes(["evse.sae_j2847_2_bpt_enabled=true"]), ["evse.sae_j2847_2_bpt_enabled has no effect with AC"]);
  t.same(notes(["evse.bpt_channel=Unified"]), ["evse.bpt_channel has no effect with AC"]);
  t.same(notes(["evse.bpt_channel=Unified"], "DC"), ["evse.bpt_channel has no effect without bpt_generator_mode"]);
  t.same(notes(["evse.bpt_channel=Unified", "evse.bpt_generator_mode=GridFollowing"], "DC"), []);
  t.same(notes(["evse.supported_iso_ac_bpt=true"]), ["evse.supported_iso_ac_bpt is not effective yet"]);
  t.same(notes(["evse.sae_j2847_2_bpt_mode=V2H", "evse.hack_allow_bpt_with_iso2=true"], "DC"), [
    "evse.sae_j2847_2_bpt_mode has no effect without sae_j2847_2_bpt_enabled",
  ]);
});

t.test(
  "ISO 15118-20: a pause that its user asks for keeps the network, and the vehicle comes back by itself",
  async (t) => {
    const source = readFileSync(configurationFile("ac-hlc"), "utf8");
    const folder = t.testdir({
      "d20.yaml": source
        .replace("module: EvseV2G", "module: Evse15118D20")
        .replace("supported_ISO15118_2", "supported_ISO15118_20_AC"),
    });
    const run = await runStation({
      file: pathToFileURL(`${folder}/d20.yaml`),
      set: fivePercent,
      ev: speaks,
      steps: [
        present(4, "CARD"),
        command(20, "pause_charging", {}, "evse"),
        command(30, "resume_charging", {}, "evse"),
      ],
      until: 40,
      seed: 1,
    });
    t.same(run.events("evse"), [...begin, ...onceIdentified, "StoppingCharging", "ChargingPausedEVSE", ...again]);
    const isOfInterest = (word: string): boolean =>
      /selected_protocol|_charging (true|false)|dlink_(pause|terminate)|state/.test(word);
    t.same(wordsOf(run).filter(isOfInterest), [
      "slac > state MATCHING",
      "hlc < stop_charging false",
      "slac > state MATCHED",
      "hlc > selected_protocol ISO15118-20:AC",
      "hlc < pause_charging true",
      "hlc > dlink_pause",
      "slac < dlink_pause",
      "hlc < pause_charging false",
      "hlc > selected_protocol ISO15118-20:AC",
    ]);
  },
);
