/** The panel on a terminal, drawn anew in place a few times a second. */
import chalk, { Chalk } from "chalk";
import { createLogUpdate } from "log-update";
import type { Station } from "../runtime/station.ts";
import { renderStation } from "./render-station.ts";
import { createStationView } from "./station-view.ts";

export interface LiveViewOptions {
  readonly station: Station;
  readonly stdout: NodeJS.WriteStream;
  readonly title: string;
  /** How much faster than the wall the station's clock runs. */
  readonly speed?: number;
}

export interface LiveView {
  /** Writes a line that stays, above the panel. */
  print(text: string): void;
  /** Leaves the last picture behind, and the terminal as it was. */
  stop(): void;
}

/** Real time: this is for eyes, and owes nothing to the clock of the station. */
const redrawMs = 250;
const hint = "Ctrl-C stops in the safe state";
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearScreen = "\u001b[2J\u001b[H";

export function startLiveView({ station, stdout, title, speed = 1 }: LiveViewOptions): LiveView {
  const view = createStationView(station.plans());
  station.onLine((line) => view.hear(line));
  // Chalk looks at the terminal, but not at what its user has asked of all programs.
  const colours = process.env.NO_COLOR ? new Chalk({ level: 0 }) : chalk;
  const update = createLogUpdate(stdout, { showCursor: true });
  let running = true;

  let drawn = "";

  const draw = (): void => {
    const picture = renderStation(view.state, {
      // The last column stays free: terminals differ in what a line that fills it does to the next one.
      columns: (stdout.columns ?? 80) - 1,
      // And the last row is where the cursor rests.
      rows: (stdout.rows ?? 24) - 1,
      nowMs: station.clock.nowMs(),
      title,
      speed,
      hint: running ? hint : "stopped",
      chalk: colours,
    });
    // Comparing is cheap, updating is not: a station at rest shall cost next to nothing.
    if (picture === drawn) return;
    drawn = picture;
    update(picture);
  };
  const resized = (): void => {
    // The terminal has wrapped the old picture its own way; nobody knows how many lines it takes now.
    stdout.write(clearScreen);
    update.clear();
    drawn = "";
    draw();
  };
  const restoreCursor = (): void => {
    stdout.write(showCursor);
  };

  stdout.write(hideCursor);
  process.once("exit", restoreCursor);
  stdout.on("resize", resized);
  const timer = setInterval(draw, redrawMs);
  timer.unref();
  draw();

  return {
    print(text) {
      update.persist(text);
      drawn = "";
      if (running) draw();
    },
    stop() {
      if (!running) return;
      running = false;
      clearInterval(timer);
      stdout.off("resize", resized);
      process.off("exit", restoreCursor);
      draw();
      update.done();
      restoreCursor();
    },
  };
}
