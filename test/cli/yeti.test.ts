import t from "tap";
import { yetiEncode } from "../../src/cli/yeti.ts";
import { evsedEach, finished, start } from "./command-line.ts";

const [stateB, stateA] = ["08b00601ed4fbde400", "03b006057b7fba9300"];

t.test("decode shows a line for each frame, encode the frame of a message", async (t) => {
  const [good, bad, everest, odd, encoded, lowered, unknown, side] = await evsedEach([
    ["yeti", "decode", "--from", "mcu", stateB, "03 B006 057b7f", "ba93 00"],
    ["yeti", "decode", "--from", "mcu", `${stateB}08b00603ed4fbde400${stateA}`, "05ffffffff00"],
    ["yeti", "decode", "--from", "everest", stateA],
    ["yeti", "decode", "--from", "mcu", "08b"],
    ["yeti", "encode", "--to", "mcu", '{"pwm_duty_cycle":500}'],
    [
      "yeti",
      "encode",
      "--to",
      "everest",
      '{"error_flags":{"over_current":true,"diode_fault":true,"rcd_triggered":false}}',
    ],
    ["yeti", "encode", "--to", "everest", '{"cp_stat":"STATE_B"}'],
    ["yeti", "decode", "--from", "car", stateB],
  ]);
  t.same(good, {
    status: 0,
    stdout:
      '{"offset":0,"ok":true,"message":{"cp_state":"STATE_B"}}\n{"offset":9,"ok":true,"message":{"cp_state":"STATE_A"}}\n',
    stderr: "",
  });
  t.same(bad, {
    status: 1,
    stdout: [
      '{"offset":0,"ok":true,"message":{"cp_state":"STATE_B"}}',
      '{"offset":9,"ok":false,"error":"crc","bytes":"08b00603ed4fbde400"}',
      '{"offset":18,"ok":true,"message":{"cp_state":"STATE_A"}}',
      '{"offset":27,"ok":false,"error":"unknown","bytes":"05ffffffff00"}',
      "",
    ].join("\n"),
    stderr: "",
  });
  t.equal(everest?.stdout, '{"offset":0,"ok":true,"message":{"connector_lock":false}}\n');
  t.same(odd, { status: 2, stdout: "", stderr: "3 hexadecimal digits are no whole bytes\n" });
  t.same(encoded, { status: 0, stdout: '{"frame":"09b806f403274f29eb00"}\n', stderr: "" });
  t.match(lowered, { status: 0, stdout: /^\{"frame":"\w{2}c206040801(3801)\w{8}00"\}\n$/ });
  t.same(unknown, {
    status: 2,
    stdout: "",
    stderr: 'the message has no member "cp_stat"; did you mean "cp_state"?\n',
  });
  t.equal(side?.status, 2);
});

t.test("without arguments decode reads its bytes from stdin", async (t) => {
  const child = start(["yeti", "decode", "--from", "mcu"], { stdin: `${stateB.slice(0, 5)}\n ${stateB.slice(5)}\n` });
  t.match(await finished(child), { status: 0, stdout: '{"offset":0,"ok":true,"message":{"cp_state":"STATE_B"}}\n' });
});

t.test("a message that is none is named", async (t) => {
  const refused: readonly [json: string, told: string][] = [
    ["{", "no JSON"],
    ["[]", "the message must be an object, not []"],
    ["{}", "the message must have exactly one member, not none"],
    ['{"allow_power_on":true,"reset":false}', "exactly one member, not allow_power_on, reset"],
    ['{"pwm_duty_cycle":-1}', "pwm_duty_cycle must be a whole number from 0 to 4294967295, not -1"],
    ['{"pwm_duty_cycle":4294967296}', "not 4294967296"],
    ['{"pwm_duty_cycle":1.5}', "not 1.5"],
    ['{"allow_power_on":1}', "allow_power_on must be true or false, not 1"],
    ['{"keep_alive":{"hw_type":null}}', "keep_alive.hw_type must be a whole number from 0 to 4294967295, not null"],
    ['{"keep_alive":{"uptime":1}}', 'keep_alive has no member "uptime"'],
    ['{"keep_alive":3}', "keep_alive must be an object, not 3"],
    ['{"toString":1}', 'the message has no member "toString"'],
    [
      `{"keep_alive":{"sw_version_string":"${"ä".repeat(26)}"}}`,
      "keep_alive.sw_version_string must be at most 50 bytes long (it has 52)",
    ],
  ];
  for (const [json, told] of refused) {
    const error = t.throws(() => yetiEncode(json, { to: "mcu" }), { code: "yeti_message" }, json) as unknown as Error;
    t.ok(error.message.includes(told), error.message);
  }
  const fromMcu: readonly [json: string, told: string][] = [
    ['{"cp_state":1}', "cp_state must be one of STATE_A, STATE_B, STATE_C, STATE_D, STATE_E, STATE_F, not 1"],
    ['{"cp_state":"STATE_X"}', 'not "STATE_X"'],
    ['{"power_meter":{"vrmsL1":"high"}}', 'power_meter.vrmsL1 must be a number that a float can hold, not "high"'],
    ['{"power_meter":{"vrmsL1":1e39}}', "not 1e+39"],
  ];
  for (const [json, told] of fromMcu) {
    const error = t.throws(() => yetiEncode(json, { to: "everest" }), { code: "yeti_message" }) as unknown as Error;
    t.ok(error.message.includes(told), error.message);
  }
});
