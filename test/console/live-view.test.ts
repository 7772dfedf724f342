import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import t from "tap";
import { startLiveView } from "../../src/console/live-view.ts";
import type { OperatorRequest } from "../../src/console/operator-request.ts";
import { demoStation } from "./demo-station.ts";

function terminal(columns: number, rows: number) {
  const stream = new PassThrough();
  const written = (): string => String(stream.read() ?? "");
  return { stdout: Object.assign(stream, { columns, rows, isTTY: true }) as unknown as NodeJS.WriteStream, written };
}

t.test("draws, draws anew when the terminal changes, and leaves it as it was", async (t) => {
  const demo = await demoStation("ac-simulated.yaml");
  const { stdout, written } = terminal(80, 24);
  const view = startLiveView({ station: demo.station, stdout, title: "demo" });
  const first = written();
  t.ok(first.startsWith("\u001b[?25l"), "the cursor is hidden");
  t.match(first, "Ctrl-C stops in the safe state");
  demo.run(10);

  Object.assign(stdout, { columns: 60 });
  stdout.emit("resize");
  const second = written();
  t.match(second, "\u001b[2J");
  t.match(second, "ChargingStarted");

  view.print("a line that stays");
  t.match(written(), "a line that stays\n");

  demo.run(12);
  view.stop();
  const last = written();
  t.match(last, "stopped");
  t.ok(last.endsWith("\u001b[?25h"), "the cursor is back");
  t.equal(stdout.listenerCount("resize"), 0);
  view.stop();
  t.equal(written(), "", "it stops once");
});

/** A keyboard that can be typed on, and tells whether its terminal is raw. */
function keyboard() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, isRaw: false });
  const setRawMode = (mode: boolean): void => {
    stream.isRaw = mode;
  };
  const typing = async (text: string): Promise<void> => {
    stream.write(text);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { stream, typing, stdin: Object.assign(stream, { setRawMode }) as unknown as ReadStream };
}

t.test("keys reach the operator, and the terminal is given back", async (t) => {
  const demo = await demoStation("two-connectors-simulated.yaml");
  const { stdout, written } = terminal(80, 30);
  const { stream, typing, stdin } = keyboard();
  const requests: OperatorRequest[] = [];
  let quits = 0;
  const operator = {
    simulate: true,
    cards: ["DEADBEEF01"],
    perform: (request: OperatorRequest) => {
      requests.push(request);
      return request.kind === "plugIn" ? "the cable is too short" : null;
    },
    quit: () => {
      quits += 1;
    },
  };
  const heard = () => ["SIGTSTP", "SIGCONT"].map((signal) => process.listenerCount(signal));
  const before = heard();
  const env = { LANG: "C.UTF-8", TERM: "xterm", NO_COLOR: "1" };
  const view = startLiveView({ station: demo.station, stdout, title: "demo", stdin, operator, env });
  t.ok(stream.isRaw);
  demo.run(1);
  written();
  await typing("\u001b[B");
  t.match(written(), "▸2 connector_2");
  await typing("l16\r");
  await typing("p");
  t.match(written(), "the cable is too short");
  t.same(requests, [
    { kind: "limit", connector: "connector_2", currentA: 16 },
    { kind: "plugIn", connector: "connector_2" },
  ]);
  await typing("\u0003");
  t.equal(quits, 1, "Ctrl-C is a key in raw mode");

  view.stop();
  t.notOk(stream.isRaw);
  t.same(heard(), before, "no signal is listened to any more");
  await typing("s");
  t.equal(requests.length, 2, "nobody hears it");
});
