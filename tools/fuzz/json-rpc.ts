import fc from "fast-check";
import type { Network, WebsocketListener } from "../../hal/network.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { jsonRpc } from "../../src/outlets/rpc-api/json-rpc.ts";
import { methodNames, methods } from "../../src/outlets/rpc-api/methods.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import type { Json } from "./mutations.ts";
import { mutatedJson, mutatedText } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser, together } from "./parser-fuzz.ts";
import { configurationOf, stationFile } from "./scenario-files.ts";

const values: Readonly<Record<string, Json>> = {
  evse_index: 1,
  connector_index: 1,
  charging_allowed: true,
  max_current: 16,
  max_power: 50_000,
  phase_count: 3,
  enable: true,
  priority: 50,
};

const request = (method: string, id: Json): Json => ({
  jsonrpc: "2.0",
  id,
  method,
  params: Object.fromEntries(
    Object.keys(methods[method as keyof typeof methods].entries).map((name) => [name, values[name] ?? 1]),
  ),
});

const requests = methodNames.map((method, index) => request(method, index));
const words = [...methodNames, "jsonrpc", "2.0", "id", "params", "method", "evse_index", "-32600", "1e400"];

const seeds: readonly Json[] = [
  ...requests,
  requests.slice(0, 3),
  { jsonrpc: "2.0", method: "API.Hello" },
  { jsonrpc: "2.0", id: "x", method: "EVSE.SetACChargingCurrent", params: [1, 16] },
  { jsonrpc: "2.0", id: 1, result: {} },
];

const messages = fc.oneof(
  mutatedJson(seeds, words).map((json) => JSON.stringify(json)),
  mutatedText(
    seeds.map((json) => JSON.stringify(json)),
    words,
  ),
  fc.string({ unit: "binary" }),
  // Whole calls in batches, with ids of every kind.
  fc
    .array(
      fc.tuple(fc.constantFrom(...methodNames), fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.double())),
      { minLength: 1, maxLength: 20 },
    )
    .map((calls) => JSON.stringify(calls.map(([method, id]) => request(method, id as Json)))),
);

const big: Readonly<Record<string, string>> = {
  "deep lists": "[".repeat(4000) + "]".repeat(4000),
  "deep parameters": `{"jsonrpc":"2.0","id":1,"method":"API.Hello","params":${'{"a":'.repeat(1500)}1${"}".repeat(1500)}}`,
  "a long batch": `[${'{"jsonrpc":"2.0","method":"API.Hello"},'.repeat(200)}1]`,
  "a long method": `{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(8000)}"}`,
  "a long number": `{"jsonrpc":"2.0","id":${"9".repeat(8000)},"method":"API.Hello"}`,
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What JSON-RPC 2.0, section 5, lets a server say. */
function demandResponse(text: string): void {
  const message = JSON.parse(text) as Json;
  const responses = Array.isArray(message) ? message : [message];
  demand(responses.length > 0, "an empty answer");
  for (const response of responses) {
    const { jsonrpc, id, method, result, error } = response as { [key: string]: Json };
    if (method !== undefined) continue;
    demand(jsonrpc === "2.0" && id !== undefined, `no response: ${text}`);
    demand((result === undefined) !== (error === undefined), `neither result nor error, or both: ${text}`);
    if (error === undefined) continue;
    const { code, message: why } = error as { [key: string]: Json };
    demand(Number.isInteger(code) && typeof why === "string", `no error: ${text}`);
    demand(code !== -32603, `an internal error: ${text}`);
  }
}

/** Ids that were asked with, of sound calls. */
function idsIn(text: string): Json[] | null {
  try {
    const message = JSON.parse(text) as Json;
    const calls = Array.isArray(message) ? message : [message];
    return calls.map((call) => (call as { id?: Json }).id ?? null);
  } catch {
    return null;
  }
}

export const jsonRpcMessages: ParserFuzz = {
  name: "json-rpc",
  about: "messages of a client of the JSON-RPC API",
  runsInTest: 25,
  async open() {
    const unhandled: unknown[] = [];
    process.on("unhandledRejection", (error) => void unhandled.push(error));

    const words = openParser(
      messages,
      async (text) => {
        const sent: string[] = [];
        let malformed = 0;
        const calls: object[] = [];
        const hear = jsonRpc({
          call: (_client, call, answer) => {
            calls.push(call);
            answer({ error: "NoError" });
          },
          misspoke() {},
          send: (_client, answer) => void sent.push(answer),
          malformed: () => void malformed++,
        });
        hear(1, text);
        await settled();
        demand(unhandled.length === 0, `a rejection that nobody handles: ${String(unhandled[0])}`);
        demand(malformed <= 1 && sent.length <= 1, `${malformed} times malformed, ${sent.length} answers`);
        demand(malformed === 0 || calls.length === 0, "called, and sent away");
        for (const answer of sent) {
          demandResponse(answer);
          const asked = idsIn(text) ?? [];
          const answered = idsIn(answer) ?? [];
          demand(
            answered.every((id) => asked.some((other) => Object.is(other, id) || id === null)),
            `answers ${JSON.stringify(answered)} to ${JSON.stringify(asked)}`,
          );
        }
      },
      Object.fromEntries(Object.entries(big).map(([what, text]) => [what, () => text])),
    );

    const clock = new VirtualClock();
    let listener: WebsocketListener | null = null;
    const told = new Map<number, string[]>();
    const gone = new Set<number>();
    const network: Network = {
      serveWebsockets(_settings, hears) {
        listener = hears;
        return {
          send: (client, text) => void told.get(client)?.push(text),
          disconnect(client, _code, why) {
            if (gone.has(client)) return;
            gone.add(client);
            hears.disconnected(client, why);
          },
          close() {},
        };
      },
    };
    const { station } = await compose(await configurationOf(stationFile("rpc-api")), {
      clock,
      log: createLogger("silent"),
      random: (stream) => seededRandom(1, stream),
      simulate: true,
      network,
    });
    station.ready();
    clock.runUntil(10_000);
    let clients = 0;

    /** Nobody a client is, and nothing it says, keeps the station from answering: not even the client itself. */
    const conversation = openParser(fc.array(messages, { minLength: 1, maxLength: 5 }), async (texts) => {
      demand(listener !== null, "nobody listens");
      const client = ++clients;
      const other = ++clients;
      const connect = (number: number): void => {
        told.set(number, []);
        listener?.connected(number, "here");
      };
      connect(client);
      const say = async (number: number, text: string): Promise<void> => {
        if (!gone.has(number)) listener?.received(number, text);
        await settled();
        clock.runUntil(clock.nowMs() + 2000);
        await settled();
      };
      await say(client, JSON.stringify(request("API.Hello", "first")));
      for (const text of texts) await say(client, text);
      connect(other);
      await say(other, JSON.stringify(request("API.Hello", "hello")));
      const answers = told.get(other) ?? [];
      demand(
        answers.some((text) => text.includes('"id":"hello"') && text.includes('"result"')),
        `no answer to another client: ${answers.join(" ").slice(0, 300)}`,
      );
      for (const text of [...answers, ...(told.get(client) ?? [])]) demandResponse(text);
      demand(unhandled.length === 0, `a rejection that nobody handles: ${String(unhandled[0])}`);
      for (const number of [client, other]) {
        if (!gone.has(number)) listener.disconnected(number, "closed");
        told.delete(number);
      }
    });
    return together(words, conversation);
  },
};
