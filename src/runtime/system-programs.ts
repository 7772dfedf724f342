import type { ChildProcess } from "node:child_process";
import type { ProgramListener, Programs } from "../../hal/programs.ts";

/** Of what a program prints: who looks at it wants its end. */
const outputCharacters = 64 * 1024;
const lineCharacters = 1000;

/** The programs of this machine. */
export const systemPrograms: Programs = {
  run(program, args, listener) {
    let child: ChildProcess | null = null;
    let isStopped = false;
    import("node:child_process").then(({ spawn }) => {
      if (isStopped) {
        listener.ended({ code: null, output: "stopped before it began" });
        return;
      }
      child = spawn(program, args, {
        stdio: ["ignore", "pipe", "pipe"],
        // A group of its own: what it starts is ended with it.
        detached: true,
        env: { ...process.env, LC_ALL: "C" },
      });
      listen(child, listener);
    });
    return {
      stop: () => {
        isStopped = true;
        if (child?.pid === undefined || child.exitCode !== null) return;
        try {
          process.kill(-child.pid, "SIGTERM");
        } catch {
          // It has just ended.
        }
      },
    };
  },
  endDaemon: () => {
    process.kill(process.pid, "SIGTERM");
  },
};

function listen(child: ChildProcess, listener: ProgramListener): void {
  let output = "";
  let line = "";
  let hasEnded = false;
  const hear = (text: string): void => {
    output = `${output}${text}`.slice(-outputCharacters);
    const lines = `${line}${text}`.split(/\r?\n|\r/);
    line = (lines.pop() ?? "").slice(0, lineCharacters);
    for (const whole of lines) listener.printed?.(whole.slice(0, lineCharacters));
  };
  const end = (code: number | null, more = ""): void => {
    if (hasEnded) return;
    hasEnded = true;
    if (line !== "") listener.printed?.(line);
    listener.ended({ code, output: `${output}${more}` });
  };
  child.stdout?.setEncoding("utf8").on("data", hear);
  child.stderr?.setEncoding("utf8").on("data", hear);
  child.on("error", (error) => end(null, error.message));
  child.on("close", (code) => end(code));
}
