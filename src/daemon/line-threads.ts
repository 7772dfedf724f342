/** Threads over the lines of this machine. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { LineThreadName, StartLineThread } from "../../hal/line-thread.ts";

/** Set in the bundle, which has its threads beside it. */
const isBundle = process.env.EVSED_THREADS !== undefined;

/** What a thread runs: a bundle, or where there is none a source. */
type Entries = Readonly<Record<LineThreadName, string>>;
const ownEntries: Entries = { interlock: isBundle ? "interlock.js" : "interlock-worker.ts" };

/** A thread does little and has no use for more; most of it is the engine itself. */
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

/** `root`: where the kernel shows its devices. */
export const lineThreads =
  (root: string, entries: Entries = ownEntries): StartLineThread =>
  (name, data, { message, ended }) => {
    const worker = startWorker(resolve(import.meta.dirname, entries[name]), { root, data });
    let failure: Error | null = null;
    worker.on("message", message);
    worker.on("error", (error) => {
      failure = error;
    });
    worker.on("exit", (status) => {
      ended(failure ?? (status === 0 ? null : new Error(`thread ${name} ended with ${status}`)));
    });
    return { terminate: () => void worker.terminate() };
  };

function startWorker(path: string, workerData: object): Worker {
  if (isBundle || !path.endsWith(".ts")) return new Worker(path, { workerData, resourceLimits, execArgv: [] });
  // A thread does not take over how its process reads TypeScript.
  const reader = import.meta.resolve("tsx/esm/api");
  const code = `import { register } from "${reader}"; register(); await import("${pathToFileURL(path)}");`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData, execArgv: [] });
}
