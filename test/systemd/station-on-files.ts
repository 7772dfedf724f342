/**
 * The daemon in a process of its own over a tree of files that another one has made, its first argument. SIGUSR2 blocks its
 * main thread for good, as a loop that does not end would.
 */
import { fileURLToPath } from "node:url";
import { linuxLines } from "../../boards/linux/lines.ts";
import { runStation } from "../../src/daemon/lifecycle.ts";
import { lineThreads } from "../../src/daemon/line-threads.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { takeServiceManager } from "../../src/daemon/service-manager.ts";
import { sysfsTree } from "../boards/linux/sysfs-tree.ts";
import { configurationOf } from "../scenario/station-run.ts";

const { root, files, configure } = sysfsTree(process.argv[2]);
process.on("SIGUSR2", () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
process.exitCode = await runStation({
  configuration: await configurationOf(fileURLToPath(new URL("station-on-files.yaml", import.meta.url))),
  simulate: false,
  speed: 1,
  log: createLogger("warn"),
  // Where nothing can be written: a service that cannot record charges all the same.
  record: { path: "/proc/nowhere/record", fileBytes: 1024 * 1024, files: 2 },
  output: "events",
  title: "",
  redirectLogs: () => {},
  serviceManager: takeServiceManager(process.env),
  machine: { lines: { ...linuxLines({ root, files, configure }), startThread: lineThreads(root) } },
});
