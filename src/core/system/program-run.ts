/** A program a machine wants to run, and what became of it. Runs are numbered by the machine that wants them. */
export interface ProgramRun {
  readonly type: "run";
  readonly run: number;
  readonly program: string;
  readonly args: readonly string[];
}

export type ProgramEvent =
  | { readonly type: "programPrinted"; readonly run: number; readonly line: string }
  /** `code`: null when it was killed or could not be started. */
  | { readonly type: "programEnded"; readonly run: number; readonly code: number | null; readonly output: string };

/** Nothing but the network: a location cannot name a file of this machine. */
const remoteOnly = ["--proto", "=http,https,ftp,ftps,sftp", "--proto-redir", "=http,https,ftp,ftps"];
/** Gives up where nothing moves for a minute. */
const curl = [
  "--silent",
  "--show-error",
  "--fail",
  "--connect-timeout",
  "20",
  "--speed-limit",
  "1",
  "--speed-time",
  "60",
];

export const download = (location: string, file: string) => ({
  program: "curl",
  args: [...curl, ...remoteOnly, "--location", "--ssl", "--output", file, "--url", location],
});

export const upload = (file: string, location: string) => ({
  program: "curl",
  args: [...curl, ...remoteOnly, "--upload-file", file, "--url", location.endsWith("/") ? location : `${location}/`],
});

export const remove = (...files: string[]) => ({ program: "rm", args: ["-f", "--", ...files] });

export const reboot = { program: "reboot", args: [] };
