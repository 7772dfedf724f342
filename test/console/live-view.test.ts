import { PassThrough } from "node:stream";
import t from "tap";
import { startLiveView } from "../../src/console/live-view.ts";
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
