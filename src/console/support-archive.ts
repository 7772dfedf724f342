/** One archive for a bug report: what the station is, what it has done and how it is, without anybody's secrets. */
import { open } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { UsageError } from "../core/errors.ts";
import { formatEventLine } from "../runtime/event-line.ts";
import type { Station } from "../runtime/station.ts";
import type { StationFacts } from "./console-world.ts";
import { withoutSecrets } from "./secrets.ts";
import type { StationMemory } from "./station-memory.ts";

export interface SupportSource {
  readonly station: Station;
  readonly memory: StationMemory;
  readonly facts: StationFacts;
}

/** The files of the archive, by name. Pure but for the state of the station it reads. */
export function supportFiles({ station, memory, facts }: SupportSource): ReadonlyMap<string, string> {
  const json = (value: unknown): string => `${JSON.stringify(withoutSecrets(value), null, 2)}\n`;
  const { version, title, simulate } = facts;
  const readings = station.plans().flatMap(({ id }): (readonly [string, unknown])[] => {
    try {
      const reading = station.instance(id)?.reading?.();
      return reading === undefined ? [] : [[id, reading]];
    } catch (error) {
      return [[id, { quality: "bad", error: String(error) }]];
    }
  });
  const lines = memory.lines.map((line) => formatEventLine({ ...line, fields: withoutSecrets(line.fields) as object }));
  return new Map([
    [
      "about.json",
      json({
        version,
        title,
        simulate,
        at: new Date(station.clock.wallTimeMs()).toISOString(),
        upSeconds: Math.round(station.clock.nowMs() / 1000),
        versions: process.versions,
        platform: `${process.platform} ${process.arch}`,
      }),
    ],
    ["configuration.json", json(facts.configuration)],
    ["statistics.json", json({ process: facts.loop(), devices: Object.fromEntries(readings) })],
    ["errors.json", json({ active: station.faults.active(), past: memory.faults })],
    ["sessions.json", json(memory.sessions)],
    ["events.ndjson", lines.map((line) => `${line}\n`).join("")],
  ]);
}

/** A new file that only its owner reads; nothing is ever overwritten. Answers its path. @throws UsageError */
export async function writeSupportArchive(file: string, source: SupportSource): Promise<string> {
  const path = isAbsolute(file) ? file : resolve(file);
  const mtime = new Date(source.station.clock.wallTimeMs());
  const files = supportFiles(source);
  const handle = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    const why = { EEXIST: "there is such a file already", ENOENT: "there is no such folder" }[String(error.code)];
    throw new UsageError("support", `${path}: ${why ?? `cannot be written (${error.code})`}`);
  });
  const archive = pack();
  for (const [name, text] of files) archive.entry({ name: `evsed-support/${name}`, mode: 0o644, mtime }, text);
  archive.finalize();
  await pipeline(archive, createGzip(), handle.createWriteStream());
  return path;
}
