import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import type { Finding, Position } from "./finding.ts";
import { mergePatch } from "./merge-patch.ts";
import { quote } from "./quote.ts";
import type { Tree } from "./yaml-tree.ts";
import { parseTree } from "./yaml-tree.ts";

/** A configuration file with its overlay merged over it, read but not yet judged. */
export interface Source {
  /** In the order findings are told: the file itself, then its overlay where there is one. */
  readonly files: readonly string[];
  /** Undefined when the file is empty or could not be read. */
  readonly tree: Tree | undefined;
  readonly complaints: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** A station with hundreds of connectors stays far below; more is no configuration. */
const largestBytes = 1024 * 1024;

type Text =
  | { readonly text: string }
  | { readonly missing: true; readonly message: string }
  | { readonly at: Position; readonly message: string };

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
    read = readText(yaml);
    if ("missing" in read) read = readText(path);
    else file = yaml;
  } else if (extension === ".yaml") {
    read = readText(path);
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
  const read = readText(file);
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

const readErrors: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a directory, not a file",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
};

function readText(file: string): Text {
  const start = { file, line: 1, column: 1 };
  let bytes: Buffer;
  try {
    // Without O_NONBLOCK a pipe of that name would wait for its writer.
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(handle);
      if (stat.isDirectory()) return { at: start, message: "is a directory, not a file" };
      if (!stat.isFile()) return { at: start, message: "is not a regular file" };
      // One byte more than allowed, so that a file that grows meanwhile is noticed too.
      bytes = Buffer.alloc(Math.min(stat.size, largestBytes) + 1);
      let length = 0;
      for (let got = 1; got > 0 && length < bytes.length; length += got) {
        got = readSync(handle, bytes, length, bytes.length - length, null);
      }
      if (length > largestBytes) {
        return { at: start, message: `is larger than ${largestBytes} bytes; that is no configuration` };
      }
      bytes = bytes.subarray(0, length);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    if (code === "ENOENT" || code === "ENOTDIR") return { missing: true, message: "no such file" };
    return { at: start, message: readErrors[code] ?? `cannot be read (${code})` };
  }
  return decode(file, bytes);
}

function decode(file: string, bytes: Buffer): Text {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The lossy text is the same up to the first wrong byte.
    const lossy = new TextDecoder("utf-8").decode(bytes);
    const whole = Buffer.from(lossy);
    const skip = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    let same = 0;
    while (same < whole.length && whole[same] === bytes[same + skip]) same += 1;
    // A wrong byte 0xef begins like the replacement character itself.
    const before = whole
      .subarray(0, same)
      .toString()
      .replace(/\ufffd$/, "");
    return { at: positionIn(file, before), message: "not UTF-8 text" };
  }
  // YAML 1.2 section 5.1 allows no control character but tab and the line breaks.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  if (control < 0) return { text };
  const character = text.slice(control, control + 1);
  return { at: positionIn(file, text.slice(0, control)), message: `not a text file: it holds ${quote(character)}` };
}

function positionIn(file: string, before: string): Position {
  const lastBreak = before.lastIndexOf("\n");
  return { file, line: before.split("\n").length, column: before.length - lastBreak };
}
