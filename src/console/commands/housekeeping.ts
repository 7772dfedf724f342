/** Commands about the console and its daemon. */
import type { Command } from "./command.ts";
import { refused, told } from "./command.ts";

const use: Command = {
  name: "use",
  usage: "EVSE",
  summary: "which EVSE is meant from now on, by number or id; @EVSE in a line for once",
  evse: "one",
  words: [0, 1],
  run({ seat, evses }) {
    seat.evse = evses[0] ?? null;
    return told(`commands are for ${seat.evse} now`);
  },
};

const log: Command = {
  name: "log",
  usage: "[LEVEL]",
  summary: "what is logged from now on; alone it tells the level",
  evse: "none",
  words: [0, 1],
  run({ words, log: logs }) {
    const [level] = words;
    if (level === undefined) return told(`${logs.present()}; one of ${logs.levels.join(", ")}`);
    if (!logs.levels.includes(level)) return refused(`a level is one of ${logs.levels.join(", ")}`);
    logs.set(level);
    return told(`logs at ${level} from now on`);
  },
};

const support: Command = {
  name: "support",
  usage: "FILE",
  summary: "writes an archive for a bug report, without secrets",
  evse: "none",
  words: [1, 1],
  run({ words, support: write }) {
    const [file = ""] = words;
    return {
      kind: "later",
      start(done) {
        write(file).then(
          (path) => done([`written: ${path}`]),
          (error: unknown) => done([`not written: ${error instanceof Error ? error.message : String(error)}`]),
        );
      },
    };
  },
};

const exit: Command = {
  name: "exit",
  usage: "",
  summary: "leaves the console",
  evse: "none",
  words: [0, 0],
  run: () => ({ kind: "leave" }),
};

export const housekeeping: readonly Command[] = [use, log, support, exit];
