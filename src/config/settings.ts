import type { ConfigKey, ConfigScalar } from "../../hal/manifest.ts";
import { typedValue } from "./config-values.ts";
import type { ConfigValues } from "./configuration.ts";
import type { Findings } from "./finding.ts";
import { createTreeReader } from "./tree-reader.ts";
import type { Tree } from "./yaml-tree.ts";

interface Setting {
  readonly type: ConfigKey["type"];
  readonly default?: ConfigScalar;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  /** Read for the MQTT outlet. */
  readonly mqtt?: true;
  /** In force. Everything else arranges the many processes of the stack the file was written for. */
  readonly effective?: true;
}

const text: Setting = { type: "string" };
const flag: Setting = { type: "boolean" };
const port = { type: "integer", minimum: 0, maximum: 65535 } as const;

const settings: Readonly<Record<string, Setting>> = {
  prefix: text,
  config_file: text,
  configs_dir: text,
  schemas_dir: text,
  modules_dir: text,
  interfaces_dir: text,
  types_dir: text,
  errors_dir: text,
  www_dir: text,
  logging_config_file: text,
  controller_port: port,
  controller_rpc_timeout_ms: { type: "integer", minimum: 0 },
  mqtt_broker_socket_path: { type: "string", mqtt: true },
  mqtt_broker_host: { type: "string", default: "localhost", mqtt: true },
  mqtt_broker_port: { ...port, default: 1883, mqtt: true },
  mqtt_everest_prefix: text,
  mqtt_external_prefix: { type: "string", default: "", mqtt: true },
  telemetry_prefix: text,
  telemetry_enabled: flag,
  validate_schema: flag,
  run_as_user: text,
  forward_exceptions: flag,
  console_socket: { type: "string", effective: true },
  console_socket_mode: { type: "string", effective: true },
  console_serial_port: { type: "string", effective: true },
  console_serial_baud_rate: { type: "integer", minimum: 1200, maximum: 4_000_000, effective: true },
  console_secret: { type: "string", minLength: 8, effective: true },
};

const withoutSlash = (prefix: string): string => prefix.replace(/\/$/, "");

/** The `settings` of a file. Those that mean nothing to a single process are accepted, with a note. */
export function readSettings(tree: Tree | undefined, findings: Findings): ConfigValues {
  const values: Record<string, ConfigScalar> = {};
  for (const [name, setting] of Object.entries(settings)) {
    if (setting.default !== undefined) values[name] = setting.default;
  }
  const reader = createTreeReader(findings);
  const fields = tree && reader.fields(tree, "settings", Object.keys(settings));
  for (const [name, entry] of fields ?? []) {
    const setting = settings[name];
    if (!setting) continue;
    const typed = typedValue({ ...setting, description: "" }, entry.value);
    if ("complaint" in typed) {
      // What is wrong with a secret is said without it.
      const told =
        name === "console_secret" ? `must be a string of at least ${setting.minLength} characters` : typed.complaint;
      findings.complain(entry.value.at, `settings.${name} ${told}`);
      continue;
    }
    values[name] = typed.value;
    if (setting.effective) continue;
    const why = setting.mqtt ? "is not effective yet" : "has no effect: every module runs in this process";
    findings.note(entry.at, `settings.${name} ${why}`);
  }
  const internal = String(values.mqtt_everest_prefix ?? "everest");
  const external = String(values.mqtt_external_prefix ?? "");
  const given = fields?.get("mqtt_external_prefix") ?? fields?.get("mqtt_everest_prefix");
  if (given && external !== "" && withoutSlash(internal) === withoutSlash(external)) {
    findings.complain(given.value.at, "settings.mqtt_everest_prefix and settings.mqtt_external_prefix must differ");
  }
  const mode = fields?.get("console_socket_mode");
  if (mode && typeof values.console_socket_mode === "string" && !/^0?[0-7]{3}$/.test(values.console_socket_mode)) {
    findings.complain(mode.value.at, 'settings.console_socket_mode must be three octal digits, e.g. "0660"');
  }
  const serial = fields?.get("console_serial_port");
  if (serial && values.console_serial_port !== "" && values.console_secret === undefined) {
    findings.complain(
      serial.at,
      "settings.console_serial_port needs settings.console_secret: anybody may plug in there",
    );
  }
  return values;
}
