import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { setPriority } from "node:os";

/** What a machine has to do at all comes first. */
const lowestPriority = 19;
const keptCharacters = 2000;

/** Runs a command of this program in a process of its own, out of the way of the station. Rejects with what it complained of. */
export function ownProcess(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const program = [...process.execArgv, process.argv[1] ?? "", ...args];
    const child = spawn(process.execPath, program, { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = `${complaint}${text}`.slice(-keptCharacters);
    });
    // It goes on by itself when the station ends meanwhile.
    child.unref();
    (child.stderr as Socket).unref();
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(complaint.trim() || `ended with ${status}`));
    });
    try {
      if (child.pid !== undefined) setPriority(child.pid, lowestPriority);
    } catch {
      // It has ended already, which `close` tells.
    }
  });
}
