/** The picture on a terminal, drawn anew in place a few times a second, and the keys that go with it. */
import type { ReadStream } from "node:tty";
import chalk, { Chalk } from "chalk";
import { createLogUpdate } from "log-update";
import type { EnergyFlowRequest } from "../core/energy/flow.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { Station } from "../runtime/station.ts";
import { startKeyboard } from "./keyboard.ts";
import { foldLive, initialLive } from "./live-state.ts";
import type { Key } from "./operator-panel.ts";
import { answered, initialPanel, press } from "./operator-panel.ts";
import type { OperatorRequest } from "./operator-request.ts";
import { renderStation } from "./render-station.ts";
import { showsUnicode } from "./terminal-abilities.ts";

/** Whoever does what the keys ask for. */
export interface Operator {
  readonly simulate: boolean;
  readonly cards: readonly string[];
  /** Answers what is wrong with it, or null when it is under way. */
  perform(request: Exclude<OperatorRequest, { kind: "quit" | "suspend" }>): string | null;
  quit(): void;
}

export interface LiveViewOptions {
  readonly station: Station;
  readonly stdout: NodeJS.WriteStream;
  readonly title: string;
  /** How much faster than the wall the station's clock runs. */
  readonly speed?: number;
  /** Absent, or no terminal: nobody has keys. */
  readonly stdin?: ReadStream;
  readonly operator?: Operator;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface LiveView {
  /** Writes a line that stays, above the picture. */
  print(text: string): void;
  /** Leaves the last picture behind, and the terminal as it was. */
  stop(): void;
}

/** Real time: this is for eyes, and owes nothing to the clock of the station. */
const redrawMs = 250;
const messageMs = 6000;
const hint = "Ctrl-C stops in the safe state";
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearScreen = "\u001b[2J\u001b[H";

export function startLiveView(options: LiveViewOptions): LiveView {
  const { station, stdout, title, speed = 1, stdin, operator, env = process.env } = options;
  let live = initialLive(station.plans());
  let panel = initialPanel(operator?.cards ?? []);
  let isNew = true;
  const hear = (line: EventLine): void => {
    live = foldLive(live, line);
    isNew = true;
    if (line.kind === "command_result") panel = answered(panel, line);
  };
  station.onLine(hear);
  hearNodes(station, hear);
  // Chalk looks at the terminal, but not at what its user has asked of all programs.
  const colours = env.NO_COLOR ? new Chalk({ level: 0 }) : chalk;
  const unicode = showsUnicode(env);
  const update = createLogUpdate(stdout, { showCursor: true });
  const hasKeys = stdin?.isTTY === true && operator !== undefined;
  let running = true;
  let held = false;

  let drawn = "";
  let drawnSecond = -1;
  let drawnPanel = panel;
  let message = panel.message;
  let messageSinceMs = 0;

  /** What a key led to has been read after a while, and the keys come back. */
  const forgetMessage = (): void => {
    const nowMs = performance.now();
    if (panel.message !== message) messageSinceMs = nowMs;
    else if (message !== null && nowMs - messageSinceMs > messageMs) panel = { ...panel, message: null };
    message = panel.message;
  };
  const draw = (): void => {
    if (held) return;
    forgetMessage();
    const nowMs = station.clock.nowMs();
    // Without news only clocks move on, and they count seconds.
    const second = Math.floor(nowMs / 1000);
    if (!isNew && second === drawnSecond && panel === drawnPanel && drawn !== "") return;
    isNew = false;
    drawnSecond = second;
    drawnPanel = panel;
    const picture = renderStation(live, {
      // The last column stays free: terminals differ in what a line that fills it does to the next one.
      columns: (stdout.columns ?? 80) - 1,
      // And the last row is where the cursor rests.
      rows: (stdout.rows ?? 24) - 1,
      nowMs,
      title,
      speed,
      hint: running ? hint : "stopped",
      chalk: colours,
      unicode,
      simulate: operator?.simulate === true,
      ...(hasKeys && running ? { panel } : {}),
    });
    // Comparing is cheap, updating is not: a station at rest shall cost next to nothing.
    if (picture === drawn) return;
    drawn = picture;
    update(picture);
  };
  const resized = (): void => {
    if (held) return;
    // The terminal has wrapped the old picture its own way; nobody knows how many lines it takes now.
    stdout.write(clearScreen);
    update.clear();
    drawn = "";
    draw();
  };
  const restoreCursor = (): void => {
    stdout.write(showCursor);
  };
  /** In the background of a shell the terminal is somebody else's. */
  const hold = (wanted: boolean): void => {
    if (wanted === held) return;
    held = wanted;
    drawn = "";
    if (held) {
      update.done();
      restoreCursor();
      return;
    }
    stdout.write(hideCursor);
    draw();
  };
  const pressed = (key: Key): void => {
    if (operator === undefined || !running) return;
    const outcome = press(panel, key, { live, simulate: operator.simulate });
    panel = outcome.panel;
    const { request } = outcome;
    if (request?.kind === "quit") operator.quit();
    else if (request?.kind === "suspend") keyboard?.suspend();
    else if (request !== undefined) {
      const complaint = operator.perform(request);
      if (complaint !== null) panel = { ...panel, message: { text: complaint, isBad: true } };
    }
    draw();
  };

  stdout.write(hideCursor);
  process.once("exit", restoreCursor);
  stdout.on("resize", resized);
  const timer = setInterval(draw, redrawMs);
  timer.unref();
  const keyboard = hasKeys ? startKeyboard({ stdin, onKey: pressed, onHold: hold }) : undefined;
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
      keyboard?.stop();
      stdout.off("resize", resized);
      process.off("exit", restoreCursor);
      isNew = true;
      draw();
      if (!held) update.done();
      restoreCursor();
    },
  };
}

/** Nodes tell the limits they know of only to each other; the picture shows them too. */
function hearNodes(station: Station, hear: (line: EventLine) => void): void {
  const { clock } = station;
  for (const { id, type } of station.plans()) {
    if (type !== "EnergyNode") continue;
    let last: EnergyFlowRequest["schedule_import"] | undefined;
    station.subscribe(id, "energy_grid", "energy_flow_request", (value) => {
      const { schedule_import } = value as EnergyFlowRequest;
      // It says so with each request of each connector below; the schedule itself rarely changes.
      if (schedule_import === last) return;
      last = schedule_import;
      const fields = { schedule_import, wallAtZeroMs: clock.wallTimeMs(0) };
      hear({ tMs: clock.nowMs(), module: id, kind: "energy_request", fields });
    });
  }
}
