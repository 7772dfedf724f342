import { resolve, sep } from "node:path";

interface SessionLogging {
  readonly session_logging: boolean;
  readonly session_logging_path: string;
  readonly logfile_suffix: string;
}

/** Where the log of a session stands; null where none is wanted, or its name would lead out of the folder of all of them. */
export function sessionFolder(config: SessionLogging, uuid: string, timestamp: string): string | null {
  if (!config.session_logging) return null;
  const suffix = config.logfile_suffix === "session_uuid" ? uuid : config.logfile_suffix;
  const root = resolve(config.session_logging_path);
  const folder = resolve(root, `${timestamp}-${suffix}`);
  const above = root.endsWith(sep) ? root : `${root}${sep}`;
  return folder.startsWith(above) ? folder : null;
}
