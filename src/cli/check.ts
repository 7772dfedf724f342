import { wiring } from "../config/wiring.ts";
import type { ConfigurationOptions } from "./configuration.ts";
import { printFindings, readConfiguration } from "./configuration.ts";

export async function check(path: string, options: ConfigurationOptions): Promise<void> {
  const { configuration, notes } = await readConfiguration(path, options);
  printFindings(notes, "note");
  process.stdout.write(`${wiring(configuration).trimEnd()}\n`);
}
