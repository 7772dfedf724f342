import { writeFileSync } from "node:fs";
import { graphOf } from "../config/graph.ts";
import { typesNamedIn, validateSource } from "../config/load.ts";
import { printable } from "../config/quote.ts";
import { readSource } from "../config/source.ts";
import { wiring } from "../config/wiring.ts";
import { UsageError } from "../core/errors.ts";
import { loadManifests, moduleTypes } from "../daemon/catalogue.ts";
import type { ConfigurationOptions } from "./configuration.ts";
import { printFindings, readConfiguration } from "./configuration.ts";

interface CheckOptions extends ConfigurationOptions {
  readonly graph?: string;
}

export async function check(path: string, options: CheckOptions): Promise<void> {
  // First, for a configuration with complaints is drawn as well.
  if (options.graph !== undefined) await draw(path, options.graph, options);
  const { configuration, notes } = await readConfiguration(path, options);
  printFindings(notes, "note");
  process.stdout.write(`${wiring(configuration).trimEnd()}\n`);
}

async function draw(path: string, file: string, options: ConfigurationOptions): Promise<void> {
  // Else a slip of the keys would overwrite the configuration itself.
  if (!/\.svg$/i.test(file))
    throw new UsageError("graph", printable(`${file}: the name of a picture must end in .svg`));
  const source = readSource(path);
  const manifests = await loadManifests(typesNamedIn(source));
  const lookup = manifests.get.bind(manifests);
  const ignoreUnsupported = options.ignoreUnsupported === true;
  const loaded = validateSource(source, {
    lookup,
    types: moduleTypes,
    ignoreUnsupported,
    overrides: options.set ?? [],
  });
  const graph = graphOf(source, loaded, { lookup, ignoreUnsupported });
  // Nothing could be read, or there is nothing: what follows says so.
  if (graph.nodes.length === 0) return;
  const { graphSvg } = await import("../config/graph-svg.ts");
  const svg = await graphSvg(graph);
  try {
    writeFileSync(file, svg);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/, open .*/s, "");
    throw new UsageError("graph", printable(`${file}: cannot write the picture: ${reason}`));
  }
}
