import type { Configuration } from "../config/configuration.ts";
import type { Finding } from "../config/finding.ts";
import { formatFinding } from "../config/finding.ts";
import { typesNamedIn, validateSource } from "../config/load.ts";
import { readSource } from "../config/source.ts";
import { UsageError } from "../core/errors.ts";
import { isOnlySimulated, isSimulator, loadManifests, moduleTypes } from "../daemon/catalogue.ts";
import { tell } from "./tell.ts";

export interface ConfigurationOptions {
  readonly ignoreUnsupported?: boolean;
  readonly set?: readonly string[];
  /** false: on this machine as it is, so that what exists in simulation only is not supported. */
  readonly simulate?: boolean;
}

export interface CheckedConfiguration {
  readonly configuration: Configuration;
  readonly notes: readonly Finding[];
}

export function printFindings(findings: readonly Finding[], label = ""): void {
  if (findings.length > 0) tell(findings.map((finding) => withLabel(finding, label)).join("\n"));
}

function withLabel(finding: Finding, label: string): string {
  return formatFinding(label === "" ? finding : { ...finding, message: `${label}: ${finding.message}` });
}

/**
 * Reads and checks a configuration; warnings go to stderr.
 * @throws UsageError with every complaint, each at its `FILE:LINE:COL`.
 */
export async function readConfiguration(path: string, options: ConfigurationOptions): Promise<CheckedConfiguration> {
  const source = readSource(path);
  const types = options.simulate === false ? moduleTypes.filter((type) => !isOnlySimulated(type)) : moduleTypes;
  const manifests = await loadManifests(typesNamedIn(source).filter((type) => types.includes(type)));
  const loaded = validateSource(source, {
    lookup: (type) => manifests.get(type),
    types,
    isSimulated: options.simulate === true ? () => true : isSimulator,
    needsSimulation: options.simulate === false ? isOnlySimulated : () => false,
    ignoreUnsupported: options.ignoreUnsupported === true,
    overrides: options.set ?? [],
  });
  printFindings(loaded.warnings, "warning");
  if (!loaded.ok) throw new UsageError("configuration", loaded.complaints.map(formatFinding).join("\n"));
  if (loaded.configuration.modules.length === 0) {
    // Sound, but nothing that could be run: rather a forgotten or left-out file than what anybody wants.
    throw new UsageError("configuration", `${path}:1:1: no modules: there is nothing to run`);
  }
  return { configuration: loaded.configuration, notes: loaded.notes };
}
