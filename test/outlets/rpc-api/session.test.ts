/**
 * A whole daemon with its API on loopback, in virtual time. What talks to it is somebody else's JSON-RPC client, and, where
 * a client misbehaves, a plain websocket or a plain socket.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "rpc-websockets";
import t from "tap";
import WebSocket from "ws";
import { compose } from "../../../src/daemon/compose.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { systemNetwork } from "../../../src/runtime/system-network.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";
import { BoundedWebsocketServer } from "../../../src/runtime/websocket-server.ts";
import { configurationFile, configurationOf } from "../../scenario/station-run.ts";

interface Answer {
  readonly error: string;
  readonly [member: string]: unknown;
}

interface Told {
  readonly method: string;
  readonly params: { readonly [member: string]: unknown };
}

const notifications = [
  "ChargePoint.ActiveErrorsChanged",
  "EVSE.HardwareCapabilitiesChanged",
  "EVSE.StatusChanged",
  "EVSE.MeterDataChanged",
];

/** Lets real sockets have their say until `isDone`, while the station's own time goes on by `stepMs` each time. */
async function until(isDone: () => boolean, clock: VirtualClock, stepMs = 0): Promise<void> {
  for (let turns = 0; !isDone(); turns += 1) {
    if (turns > 20_000) throw new Error("it does not come to that");
    if (stepMs > 0) clock.runUntil(clock.nowMs() + stepMs);
    await sleep(1);
  }
}

async function startStation(set: readonly string[] = []) {
  const clock = new VirtualClock();
  let place = "";
  const logged: { event: string; fields: object }[] = [];
  const hear = (event: string, fields: object = {}): void => {
    logged.push({ event, fields });
    if (event === "rpc_api.listening") [place = ""] = (fields as { addresses: string[] }).addresses;
  };
  const { station, cars } = await compose(await configurationOf(configurationFile("rpc-api"), set), {
    clock,
    log: () => ({ debug: hear, info: hear, warn: hear, error: hear }),
    random: (stream) => seededRandom(1, stream),
    simulate: true,
    network: systemNetwork,
  });
  station.ready();
  clock.runUntil(10_000);
  await until(() => place !== "", clock);
  const clients: Client[] = [];

  async function client() {
    const rpc = new Client(`ws://${place}`, { reconnect: false });
    clients.push(rpc);
    const told: Told[] = [];
    let isClosed = false;
    for (const method of notifications) {
      rpc.on(method, (params: Told["params"]) => told.push({ method, params }));
    }
    rpc.on("close", () => {
      isClosed = true;
    });
    await new Promise((resolve) => rpc.once("open", resolve));
    return {
      told,
      isClosed: () => isClosed,
      call: (method: string, params?: object | unknown[]) => rpc.call(method, params as never) as Promise<Answer>,
      /** An answer that takes its time, of the station. */
      async callMeanwhile(method: string, params: object): Promise<Answer> {
        let answer: Answer | null = null;
        rpc.call(method, params as never).then((result) => {
          answer = result as Answer;
        });
        await until(() => answer !== null, clock, 50);
        return answer as unknown as Answer;
      },
      close: () => rpc.close(),
    };
  }

  return {
    clock,
    station,
    logged,
    car: cars.get(1),
    place: () => place,
    client,
    /** Time passes, and what it brings is heard. */
    async pass(seconds: number): Promise<void> {
      clock.runUntil(clock.nowMs() + seconds * 1000);
      // What was told before an answer is heard before it.
      for (const rpc of clients) await rpc.call("API.Hello");
    },
    stop(): void {
      for (const rpc of clients) rpc.close();
      station.stop(true);
    },
  };
}

/** A websocket that says what it likes; resolves with the code it is closed with. */
function misbehave(place: string, act: (socket: WebSocket) => void): Promise<number> {
  const socket = new WebSocket(`ws://${place}`);
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.on("open", () => act(socket));
    socket.on("close", (code) => resolve(code));
  });
}

const hello = JSON.stringify({ jsonrpc: "2.0", method: "API.Hello", id: 1 });

t.test("a session by remote control", async (t) => {
  const daemon = await startStation();
  t.teardown(() => daemon.stop());
  const ui = await daemon.client();
  const statuses = (): string[] => [
    ...new Set(
      ui.told
        .filter(({ method }) => method === "EVSE.StatusChanged")
        .map(({ params }) => (params.evse_status as { state: string }).state),
    ),
  ];

  await t.test("it introduces itself", async (t) => {
    t.match(await ui.call("API.Hello"), {
      authentication_required: false,
      api_version: "1.0.0",
      everest_version: /^evsed /,
      charger_info: { vendor: "unknown", model: "unknown", serial: "unknown", firmware_version: "unknown" },
    });
    t.strictSame(await ui.call("ChargePoint.GetEVSEInfos"), {
      infos: [
        {
          index: 1,
          id: "DE*PNX*E12345*1",
          available_connectors: [{ index: 1, type: "cType2" }],
          supported_energy_transfer_modes: ["AC_three_phase_core"],
        },
      ],
      error: "NoError",
    });
    t.match(await ui.call("EVSE.GetStatus", { evse_index: 1 }), {
      status: {
        state: "Unplugged",
        available: true,
        charging_allowed: true,
        error_present: false,
        active_connector_index: 1,
        charge_protocol: "Unknown",
        charged_energy_wh: 0,
      },
      error: "NoError",
    });
    t.equal((await ui.call("EVSE.GetStatus", [2])).error, "ErrorInvalidEVSEIndex", "parameters may come by position");
  });

  await t.test("a vehicle charges, and is limited, paused and let go on", async (t) => {
    daemon.car?.run("sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000");
    await daemon.pass(20);
    t.strictSame(statuses(), ["Preparing", "AuthRequired", "Charging"]);
    const charging = await ui.call("EVSE.GetStatus", { evse_index: 1 });
    t.match(charging.status, {
      state: "Charging",
      charge_protocol: "IEC61851",
      ac_charge_param: { evse_nominal_voltage: 230, evse_max_current: 16, evse_maximum_charge_power: 11_040 },
      ac_charge_status: { evse_active_phase_count: 3 },
    });

    t.strictSame(await ui.callMeanwhile("EVSE.SetACChargingCurrent", { evse_index: 1, max_current: 10 }), {
      error: "NoError",
    });
    await daemon.pass(15);
    const { meter_data } = await ui.call("EVSE.GetMeterData", { evse_index: 1 });
    t.match(meter_data, { current_A: { L1: 10, L2: 10, L3: 10 } }, "the vehicle follows");
    t.strictSame(
      await ui.callMeanwhile("EVSE.SetACChargingCurrent", { evse_index: 1, max_current: 20 }),
      { error: "ErrorValuesNotApplied" },
      "the fuse has 16 A",
    );

    t.equal(
      (await ui.callMeanwhile("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed: false })).error,
      "NoError",
    );
    await daemon.pass(10);
    t.match((await ui.call("EVSE.GetStatus", { evse_index: 1 })).status, {
      state: "ChargingPausedEVSE",
      charging_allowed: false,
    });
    t.equal(
      (await ui.callMeanwhile("EVSE.SetChargingAllowed", { evse_index: 1, charging_allowed: true })).error,
      "NoError",
    );
    await daemon.pass(30);
    t.match((await ui.call("EVSE.GetStatus", { evse_index: 1 })).status, { state: "Charging", charging_allowed: true });
  });

  await t.test("an error is told when it comes and when it goes", async (t) => {
    ui.told.length = 0;
    const type = "evse_board_support/VendorWarning";
    daemon.clock.turn(() => daemon.station.raise("connector_1_powerpath", "board_support", { type, message: "warm" }));
    await daemon.pass(1);
    const { active_errors } = await ui.call("ChargePoint.GetActiveErrors");
    t.match(active_errors, [
      {
        type,
        message: "warm",
        severity: "Low",
        origin: {
          module_id: "connector_1_powerpath",
          implementation_id: "board_support",
          evse_index: 1,
          connector_index: 0,
        },
      },
    ]);
    t.notOk(Object.keys((active_errors as object[])[0] ?? {}).includes("vendor_id"));
    daemon.clock.turn(() => daemon.station.clear("connector_1_powerpath", "board_support", type));
    await daemon.pass(1);
    const told = ui.told.filter(({ method }) => method === "ChargePoint.ActiveErrorsChanged");
    t.strictSame(
      told.map(({ params }) => (params.active_errors as unknown[]).length),
      [1, 0],
    );
  });

  await t.test("the vehicle leaves; the connector is taken out of service and back", async (t) => {
    ui.told.length = 0;
    daemon.car?.run("unplug");
    await daemon.pass(10);
    t.equal(statuses().at(-1), "Unplugged");
    const { status } = await ui.call("EVSE.GetStatus", { evse_index: 1 });
    const { charged_energy_wh, charging_duration_s } = status as {
      charged_energy_wh: number;
      charging_duration_s: number;
    };
    t.ok(charged_energy_wh > 50 && charged_energy_wh < 400, `${charged_energy_wh} Wh`);
    t.ok(charging_duration_s > 60 && charging_duration_s < 120, `${charging_duration_s} s`);
    const enable = (connector_index: number, wanted: boolean) =>
      ui.callMeanwhile("EVSE.EnableConnector", { evse_index: 1, connector_index, enable: wanted, priority: 0 });
    t.equal((await enable(1, false)).error, "NoError");
    t.match((await ui.call("EVSE.GetStatus", { evse_index: 1 })).status, { state: "Disabled", available: false });
    t.equal((await enable(0, true)).error, "NoError", "0 is the whole EVSE");
    t.match((await ui.call("EVSE.GetStatus", { evse_index: 1 })).status, { state: "Unplugged", available: true });
    t.equal((await enable(7, true)).error, "ErrorInvalidConnectorIndex");
  });

  await t.test("what is no call is answered as JSON-RPC has it", async (t) => {
    await t.rejects(ui.call("EVSE.SetACCharging", { evse_index: 1 }), { code: -32601 });
    await t.rejects(ui.call("EVSE.GetStatus", { evse_index: "1" }), { code: -32602 });
    t.notOk(ui.isClosed());
  });
});

t.test("who misbehaves is cut off, and charging goes on", async (t) => {
  const daemon = await startStation();
  t.teardown(() => daemon.stop());
  const place = daemon.place();
  const ui = await daemon.client();
  await ui.call("API.Hello");
  daemon.car?.run("sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000");
  await daemon.pass(20);

  t.equal(await misbehave(place, (socket) => socket.send("{ not JSON")), 1007, "malformed");
  t.equal(await misbehave(place, (socket) => socket.send("[]")), 1007, "an empty batch");
  t.equal(await misbehave(place, (socket) => socket.send("[null]")), 1007, "a batch of nothing");
  t.equal(await misbehave(place, (socket) => socket.send(Buffer.of(1, 2, 3))), 1003, "binary");
  t.equal(await misbehave(place, (socket) => socket.send("x".repeat(9000))), 1009, "oversized");
  const before = JSON.stringify({ jsonrpc: "2.0", method: "EVSE.GetStatus", params: [1], id: 1 });
  t.equal(await misbehave(place, (socket) => socket.send(before)), 1008, "no hello first");
  const unknown = JSON.stringify({ jsonrpc: "2.0", method: "Nothing.Known", id: 1 });
  t.equal(await misbehave(place, (socket) => socket.send(unknown)), 1008, "no hello first, nor anything else");
  const flood = (send: (socket: WebSocket) => void) => (socket: WebSocket) => {
    socket.send(hello);
    for (let n = 0; n < 3000; n += 1) send(socket);
  };
  const cutOff = [1006, 1008];
  t.ok(
    cutOff.includes(
      await misbehave(
        place,
        flood((socket) => socket.send(before)),
      ),
    ),
    "flooding",
  );
  t.ok(
    cutOff.includes(
      await misbehave(
        place,
        flood((socket) => socket.ping()),
      ),
    ),
    "flooding with pings",
  );

  await t.test("one that says nothing", async (t) => {
    let code = 0;
    const connections = (): number => daemon.logged.filter(({ event }) => event === "rpc_api.connected").length;
    const already = connections();
    misbehave(place, () => {}).then((closed) => {
      code = closed;
    });
    await until(() => connections() > already, daemon.clock);
    daemon.clock.runUntil(daemon.clock.nowMs() + 4900);
    await sleep(30);
    t.equal(code, 0, "it has 5 s");
    daemon.clock.runUntil(daemon.clock.nowMs() + 200);
    await until(() => code !== 0, daemon.clock);
    t.equal(code, 1008);
  });

  await t.test("one that does not read", async (t) => {
    const socket = connect({ host: "127.0.0.1", port: Number(place.split(":").at(-1)) });
    t.teardown(() => socket.destroy());
    socket.on("error", () => {});
    const key = "dGhlIHNhbXBsZSBub25jZQ==";
    socket.write(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once("data", resolve));
    // Masked with zeros: a text frame of less than 126 bytes.
    socket.write(Buffer.concat([Buffer.of(0x81, 0x80 | hello.length, 0, 0, 0, 0), Buffer.from(hello)]));
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    const isCutOff = (): boolean =>
      daemon.logged.some(({ fields }) => (fields as { why?: string }).why === "does not read what it is sent");
    // The kernel buffers some megabytes on its behalf: many errors, each told with all that are active.
    const type = "evse_board_support/VendorWarning";
    const fault = (count: number) => ({ type, sub_type: `${count}`, message: "x".repeat(2000) });
    ui.told.length = 0;
    /** The other client gets the same, and reads it. */
    const heard = (count: number): Promise<void> =>
      until(
        () => ui.told.filter(({ method }) => method === "ChargePoint.ActiveErrorsChanged").length >= count,
        daemon.clock,
      );
    let raised = 0;
    for (; !isCutOff() && raised < 500; raised += 1) {
      daemon.clock.turn(() => daemon.station.raise("connector_1_powerpath", "board_support", fault(raised)));
      await heard(raised + 1);
    }
    t.ok(isCutOff());
    let cleared = raised;
    for (raised -= 1; raised >= 0; raised -= 1) {
      daemon.clock.turn(() => daemon.station.clear("connector_1_powerpath", "board_support", type, `${raised}`));
      cleared += 1;
      await heard(cleared);
    }
  });

  await t.test("one too many", async (t) => {
    const crowd = Array.from({ length: 10 }, () => misbehave(place, (socket) => socket.send(hello)));
    t.equal(await Promise.race(crowd), 1013);
  });

  const { status } = await ui.call("EVSE.GetStatus", { evse_index: 1 });
  t.match(status, { state: "Charging", error_present: false });
  t.notOk(ui.isClosed(), "who behaves is not touched");
});

t.test("a server", async (t) => {
  const serve = async (interfaceName: string, port: number, pingEveryMs?: number) => {
    const told: string[] = [];
    let place = "";
    const server = new BoundedWebsocketServer(
      { interface: interfaceName, port },
      {
        connected: () => told.push("connected"),
        received: () => {},
        disconnected: (_client, why) => told.push(why),
        listening: ([address = ""]) => {
          place = address;
        },
        failing: (why) => told.push(why),
      },
      pingEveryMs,
    );
    t.teardown(() => server.close());
    const until = async (isDone: () => boolean): Promise<void> => {
      for (let turns = 0; !isDone() && turns < 20_000; turns += 1) await sleep(1);
    };
    await until(() => place !== "" || told.length > 0);
    return { told, place, until };
  };

  await t.test("waits for an interface that is not there", async (t) => {
    const { told, place } = await serve("nope0", 0);
    t.strictSame(told, ["interface nope0 has no address"]);
    t.equal(place, "");
  });

  await t.test("waits for a port that somebody else has", async (t) => {
    const first = await serve("lo", 0);
    const { told } = await serve("lo", Number(first.place.split(":").at(-1)));
    t.match(told[0], "EADDRINUSE");
  });

  await t.test("lets nobody keep a place who is there no more", async (t) => {
    const { told, place, until } = await serve("lo", 0, 40);
    const alive = new WebSocket(`ws://${place}`);
    const dead = new WebSocket(`ws://${place}`, { autoPong: false });
    t.teardown(() => alive.terminate());
    await until(() => told.length >= 3);
    t.strictSame(told, ["connected", "connected", "does not answer"]);
    await new Promise((resolve) => dead.once("close", resolve));
    t.equal(alive.readyState, WebSocket.OPEN);
  });
});

t.test("it stays closed rather than open without what the configuration asks for", async (t) => {
  for (const key of ["websocket_tls_enabled", "authentication_required"]) {
    let served = false;
    const logged: string[] = [];
    const clock = new VirtualClock();
    const hear = (event: string): void => void logged.push(event);
    const { station } = await compose(await configurationOf(configurationFile("rpc-api"), [`rpc_api.${key}=true`]), {
      clock,
      log: () => ({ debug() {}, info() {}, warn() {}, error: hear }),
      random: (stream) => seededRandom(1, stream),
      simulate: true,
      network: {
        serveWebsockets: () => {
          served = true;
          return { send() {}, disconnect() {}, close() {} };
        },
      },
    });
    station.ready();
    clock.runUntil(1000);
    t.notOk(served, key);
    t.strictSame(logged, ["rpc_api.closed"]);
  }
});
