/** Which lines of the console a configuration and a command line ask for. Pure, and small: most stations have none. */
import type { ConfigValues } from "../config/configuration.ts";

export interface ConsolesWanted {
  readonly socket: { readonly path: string; readonly mode: number } | null;
  readonly serial: { readonly path: string; readonly baudRate: number; readonly secret: string } | null;
  readonly stdin: boolean;
}

const defaultMode = "0660";
const defaultBaudRate = 115_200;

/** Null: nobody can type. An empty name is none, and beats the default. */
export function consolesWanted(
  settings: ConfigValues,
  defaultSocket: string | undefined,
  output: string,
): ConsolesWanted | null {
  const {
    console_socket: socket = defaultSocket ?? "",
    console_socket_mode: mode = defaultMode,
    console_serial_port: port = "",
    console_serial_baud_rate: baudRate = defaultBaudRate,
    console_secret: secret = "",
  } = settings;
  const wanted: ConsolesWanted = {
    socket: socket === "" ? null : { path: String(socket), mode: Number.parseInt(String(mode), 8) },
    serial:
      port === "" || secret === "" ? null : { path: String(port), baudRate: Number(baudRate), secret: String(secret) },
    stdin: output === "console",
  };
  return wanted.socket === null && wanted.serial === null && !wanted.stdin ? null : wanted;
}
