/** The live view on a real terminal: python3 holds its other end. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { evsed } from "./command-line.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Runs a program on a terminal of its own and types: each step waits for a text on the screen, then sends keys. Prints
 * what was seen last, whether the terminal is as it was, and how the program ended.
 */
const typist = `
import json, os, pty, select, signal, struct, sys, termios, fcntl, time
steps, argv = json.loads(sys.argv[1]), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
cooked, seen, missing, raw = None, b"", [], False
def read(seconds):
    global seen
    if not select.select([fd], [], [], seconds)[0]:
        return True
    try:
        data = os.read(fd, 65536)
    except OSError:
        return False
    seen += data
    return data != b""
cooked = termios.tcgetattr(fd)
for text, keys in steps:
    start, wanted, until = len(seen), text.encode(), time.time() + 30
    while wanted not in seen[start:] and time.time() < until:
        if not read(0.2):
            break
    if wanted not in seen[start:]:
        missing.append(text)
        os.kill(pid, signal.SIGKILL)
        break
    raw = raw or not termios.tcgetattr(fd)[3] & termios.ICANON
    if keys.startswith("kill:"):
        os.kill(pid, getattr(signal, keys[5:]))
    else:
        os.write(fd, keys.encode())
while True:
    try:
        after = termios.tcgetattr(fd)
    except termios.error:
        break
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        after = termios.tcgetattr(fd)
        while read(0.1) and select.select([fd], [], [], 0)[0]:
            pass
        break
    read(0.1)
print(json.dumps({"missing": missing, "status": status, "wasRaw": raw, "restored": after == cooked,
  "seen": seen.decode("utf8", "replace")}))
`;

interface Typed {
  readonly missing: readonly string[];
  readonly status: number;
  readonly wasRaw: boolean;
  readonly restored: boolean;
  readonly seen: string;
}

function typed(steps: readonly (readonly [text: string, keys: string])[], ...options: readonly string[]): Typed {
  const command = [
    process.execPath,
    "--no-warnings",
    `--import=${import.meta.resolve("tsx")}`,
    here("../../src/cli/main.ts"),
    ...["run", here("../../config/two-connectors-simulated.yaml"), "--simulate", "--speed", "5", ...options],
  ];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8", TERM: "xterm", NO_COLOR: "1" };
  const { stdout, stderr } = spawnSync("python3", ["-c", typist, JSON.stringify(steps), ...command], {
    env,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Typed;
}

const python = spawnSync("python3", ["-c", "import pty, termios"]);
const skip = python.status === 0 ? false : "python3 with the module pty is not here: nothing can hold a terminal";

t.test("a car is limited, the station quits by key, and a replay repeats it", { skip }, async (t) => {
  const record = `${t.testdir()}/record`;
  const { missing, status, wasRaw, restored, seen } = typed(
    [
      ["? shows the keys", "2"],
      ["▸2 connector_2", "l7,5\r"],
      ["write 7.5, with a point", "\u007f\u007f.5\r"],
      ["connector_2_wire: limit done", "t"],
      ["card to swipe at connector_2", "VISITOR-7\r"],
      ["card …OR-7 at connector_2", "q"],
    ],
    "--record",
    record,
  );
  t.same(missing, []);
  t.equal(status, 0);
  t.ok(wasRaw);
  t.ok(restored, "the terminal is as it was");
  t.match(seen, /stopped/);
  t.match(seen, /ran for .* no errors/);
  const { stdout } = await evsed(["replay", record]);
  t.match(stdout, /events, the same effects/);
  t.match(readFileSync(record, "utf8"), /"externalLimitsSet".*"value":7\.5,"source":"live_view"/);
  t.ok(seen.lastIndexOf("\u001b[?25h") > seen.lastIndexOf("\u001b[?25l"), "the cursor is back");
});

t.test("a signal ends it as orderly", { skip }, async (t) => {
  const { missing, status, wasRaw, restored } = typed([["▸1 connector_1", "kill:SIGTERM"]]);
  t.same(missing, []);
  t.equal(status, 0);
  t.ok(wasRaw && restored);
});
