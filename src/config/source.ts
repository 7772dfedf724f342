import { basename, dirname, extname, join } from "node:path";
import type { Finding, Position } from "./finding.ts";
import { mergePatch } from "./merge-patch.ts";
import type { Text } from "./text-file.ts";
import { readText } from "./text-file.ts";
import type { Tree } from "./yaml-tree.ts";
import { parseTree } from "./yaml-tree.ts";

/** A station with hundreds of connectors stays below; what is read is not only a matter of size but of a station's patience. */
const largestBytes = 512 * 1024;

/** A configuration file with its overlay merged over it, read but not yet judged. */
export interface Source {
  /** In the order findings are told: the file itself, then its overlay where there is one. */
  readonly files: readonly string[];
  /** Undefined when the file is empty or could not be read. */
  readonly tree: Tree | undefined;
  readonly complaints: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Reads `path` and `<its folder>/user-config/<its name>`. Never throws: what is wrong stands in the complaints. */
export function readSource(path: string): Source {
  const start = (file: string): Position => ({ file, line: 1, column: 1 });
  const refused = (at: Position, message: string, warnings: readonly Finding[] = []): Source => ({
    files: [at.file],
    tree: undefined,
    complaints: [{ ...at, message }],
    warnings,
  });

  const warnings: Finding[] = [];
  let file = path;
  let read: Text;
  const extension = extname(path);
  if (extension === ".json") {
    const yaml = `${path.slice(0, -extension.length)}.yaml`;
    warnings.push({ ...start(path), message: "a name that ends in .json is deprecated; write .yaml" });
    read = readText(yaml, largestBytes);
    if ("missing" in read) read = readText(path, largestBytes);
    else file = yaml;
  } else if (extension === ".yaml") {
    read = readText(path, largestBytes);
  } else {
    return refused(start(path), "the name of a configuration file must end in .yaml");
  }
  if (!("text" in read)) return refused("at" in read ? read.at : start(file), read.message, warnings);

  const { tree, complaints } = parseTree(file, read.text);
  const overlayFile = join(dirname(file), "user-config", basename(file));
  const overlay = readOverlay(overlayFile);
  if (complaints.length > 0 || overlay === undefined) return { files: [file], tree, complaints, warnings };
  if ("problems" in overlay) {
    return { files: [file, overlayFile], tree, complaints, warnings: [...warnings, ...overlay.problems] };
  }
  return { files: [file, overlayFile], tree: mergePatch(tree, overlay.tree), complaints, warnings };
}

function readOverlay(file: string): { readonly tree: Tree } | { readonly problems: readonly Finding[] } | undefined {
  const ignored = "; the overlay is ignored";
  const read = readText(file, largestBytes);
  if ("missing" in read) return undefined;
  if (!("text" in read)) return { problems: [{ ...read.at, message: read.message + ignored }] };
  const { tree, complaints } = parseTree(file, read.text);
  if (complaints.length > 0) {
    return { problems: complaints.map((complaint) => ({ ...complaint, message: complaint.message + ignored })) };
  }
  if (!tree || (tree.kind === "scalar" && tree.value === null)) return undefined;
  if (tree.kind !== "map") return { problems: [{ ...tree.at, message: `an overlay must be a map${ignored}` }] };
  return { tree };
}
