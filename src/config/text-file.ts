import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Position } from "./finding.ts";
import { quote } from "./quote.ts";

/** What a file holds, or why nobody can tell and where the reader came to a halt. */
export type Text =
  | { readonly text: string }
  | { readonly missing: true; readonly message: string }
  | { readonly at: Position; readonly message: string };

const readErrors: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a directory, not a file",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
};

/** What a failed call to a file says, in words. */
export function whyUnreadable(error: unknown): string {
  const code = String((error as NodeJS.ErrnoException).code);
  return readErrors[code] ?? `cannot be read (${code})`;
}

/** Reads UTF-8 text from a regular file of bounded size. Never throws. */
export function readText(file: string, largestBytes: number): Text {
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
        return { at: start, message: `is larger than ${largestBytes} bytes` };
      }
      bytes = bytes.subarray(0, length);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const message = whyUnreadable(error);
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? { missing: true, message } : { at: start, message };
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
