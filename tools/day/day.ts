/** `npm run day`: runs the day of docs/shared-fuses/ in virtual time, judges it and draws it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { plot } from "./plot.ts";
import type { Connector, EventLine, Fuse } from "./shared-fuses.ts";
import { SharedFuses } from "./shared-fuses.ts";

const folder = fileURLToPath(new URL("../../docs/shared-fuses/", import.meta.url));
const bundle = fileURLToPath(new URL("../../dist/evsed.js", import.meta.url));

const ids = Array.from({ length: 8 }, (_, index) => `connector_${index + 1}`);
const connectors: Connector[] = ids.map((id) => ({
  id,
  wishA: id === "connector_3" || id === "connector_8" ? 16 : 32,
}));
const hourS = 3600;
const house: Fuse = { name: "house", connectors: ids, limitA: (t) => (t >= 17 * hourS && t < 19 * hourS ? 30 : 63) };
const garage: Fuse = { name: "garage", connectors: ids.slice(0, 4), limitA: () => 40 };

const day = new SharedFuses(connectors, [house, garage]);
const args = ["sim", `${folder}station.yaml`, "--scenario", `${folder}day.yaml`];
const child = spawn(process.execPath, [bundle, ...args], { stdio: ["ignore", "pipe", "inherit"] });
const ended = once(child, "exit");
let shownHour = -1;
for await (const text of createInterface({ input: child.stdout })) {
  const line = JSON.parse(text) as EventLine;
  day.take(line);
  const hour = Math.floor(line.t / hourS);
  if (hour > shownHour && process.stderr.isTTY) process.stderr.write(`\r${hour} h of 24`);
  shownHour = Math.max(shownHour, hour);
}
const [status] = (await ended) as [number | null];
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");

const { exceeded, usedShare, fullShare, longestWaitS } = day.verdict();
writeFileSync(
  `${folder}day.svg`,
  plot(day.seconds, {
    title: "Eight connectors behind two nested fuses, for a day",
    connectors: ids,
    limit: { name: "house: 63 A, from 17:00 to 19:00 30 A", limitA: house.limitA },
    inner: { name: "garage: 40 A for numbers 1 to 4 together", count: 4, limitA: 40 },
    everyS: 60,
  }),
);
const longest = [...longestWaitS].sort(([, a], [, b]) => b - a)[0];
process.stdout.write(
  [
    `seconds with a fuse exceeded: ${exceeded.length}`,
    ...exceeded.slice(0, 5).map((line) => `  ${line}`),
    `drawn of what was available while anybody wanted it: ${(usedShare * 100).toFixed(2)} %`,
    `seconds in which that was at least 98 %: ${(fullShare * 100).toFixed(2)} %`,
    `longest wait for current: ${longest?.[0]}, ${longest?.[1]} s`,
    "picture: docs/shared-fuses/day.svg",
    "",
  ].join("\n"),
);
process.exitCode = status === 0 && exceeded.length === 0 && usedShare >= 0.98 ? 0 : 1;
