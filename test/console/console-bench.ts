/** A station in virtual time with its console, where somebody types. */
import type { Answer, Seat } from "../../src/console/commands/command.ts";
import { plain } from "../../src/console/commands/text.ts";
import { compose } from "../../src/daemon/compose.ts";
import type { StationConsole } from "../../src/daemon/console.ts";
import { createConsole } from "../../src/daemon/console.ts";
import { spared } from "../../src/daemon/daemon-fate.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import type { ScenarioAction } from "../../src/daemon/scenario-action.ts";
import { performAction } from "../../src/daemon/scenario-steps.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import type { Station } from "../../src/runtime/station.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { configurationFile, configurationOf } from "../scenario/station-run.ts";

export interface ConsoleBench {
  readonly station: Station;
  readonly console: StationConsole;
  readonly seat: Seat;
  readonly notes: string[];
  /** What is answered, as one text; time goes on until it is there. */
  type(line: string): string;
  answer(line: string): Answer;
  act(action: ScenarioAction): void;
  ev(script: string, connector?: number): void;
  sim(module: string, name: string, args?: object): void;
  /** To that second since the start. */
  runTo(atS: number): void;
}

export async function consoleOf(name: string, set: readonly string[] = []): Promise<ConsoleBench> {
  const configuration = await configurationOf(configurationFile(name), set);
  const clock = new VirtualClock();
  const { station, cars } = await compose(configuration, {
    clock,
    log: createLogger("silent"),
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  let level = "info";
  const console = createConsole(
    station,
    cars,
    {
      version: "1.2.3",
      title: `${name}.yaml`,
      simulate: true,
      loop: () => ({ events: station.queue.handled }),
      configuration,
    },
    {
      levels: ["debug", "info", "warn", "error", "silent"],
      present: () => level,
      set: (wanted) => {
        level = wanted;
      },
    },
  );
  const notes: string[] = [];
  const seat: Seat = { evse: null, columns: 80, notify: (text) => void notes.push(text) };
  station.ready();
  const act = (action: ScenarioAction): void => clock.turn(() => performAction(station, cars, action, spared));
  return {
    station,
    console,
    seat,
    notes,
    act,
    answer: (line) => console.run(line, seat),
    type(line) {
      const answer = console.run(line, seat);
      if (answer.kind === "lines" || answer.kind === "refused") return plainLines(answer.lines);
      if (answer.kind !== "later") return answer.kind;
      let lines: readonly string[] | null = null;
      answer.start((told) => {
        lines = told;
      });
      for (let waitedMs = 0; lines === null && waitedMs < 2000; waitedMs += 10) clock.runUntil(clock.nowMs() + 10);
      return plainLines(lines ?? ["no answer"]);
    },
    ev: (script, connector = 1) => act({ kind: "ev", connector, script }),
    sim: (module, name, args = {}) => act({ kind: "sim", module, name, args }),
    runTo: (atS) => clock.runUntil(atS * 1000),
  };
}

/** As every line writes them. */
const plainLines = (lines: readonly string[]): string => lines.map(plain).join("\n");
