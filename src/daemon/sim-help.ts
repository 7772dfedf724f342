/** The page of what a scenario's `sim` steps can do, from the same manifests that check them. */
import type { GenericSchema } from "valibot";
import type { Manifest, SimCommand } from "../../hal/manifest.ts";
import { daemonId, daemonSim } from "./daemon-sim.ts";

/** A list longer than this is named in the description, where at all. */
const mostChoices = 6;

/** For the end of `evsed sim --help`. In alphabetical order of the types, the daemon last; ends with a line break. */
export function simHelp(types: readonly Manifest[]): string {
  const sections = types
    .toSorted((a, b) => (a.type < b.type ? -1 : 1))
    .flatMap(({ type, sim }) => (sim ? [section(type, sim)] : []));
  sections.push(section(`${daemonId} (the daemon itself: module: ${daemonId})`, daemonSim));
  return `What \`sim\` steps of a scenario can do, by module type ([argument] may be left out):\n\n${sections.join("\n")}`;
}

function section(title: string, commands: Readonly<Record<string, SimCommand>>): string {
  const lines = Object.entries(commands).map(([name, { args, description }]) => {
    const { entries = {} } = args as unknown as SchemaShape;
    const list = Object.entries(entries).map(([key, schema]) => argument(key, schema));
    return `  ${name} { ${list.join(", ")} }`.replace("{  }", "{}").concat(`\n      ${description}\n`);
  });
  return `${title}\n${lines.join("")}`;
}

interface SchemaShape {
  readonly type: string;
  readonly expects: string | null;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly wrapped?: GenericSchema;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

function argument(key: string, schema: GenericSchema): string {
  const { type, wrapped, default: fallback } = schema as unknown as SchemaShape;
  if (!wrapped || (type !== "optional" && type !== "exact_optional")) return `${key}: ${kind(schema)}`;
  const preset = fallback === undefined ? "" : ` = ${JSON.stringify(fallback)}`;
  return `[${key}: ${kind(wrapped)}${preset}]`;
}

function kind(schema: GenericSchema): string {
  const { type, wrapped, options, pipe = [], expects } = schema as unknown as SchemaShape;
  if (type === "nullable" && wrapped) return `${kind(wrapped)} or null`;
  if (options) return options.length > mostChoices ? "one of the names below" : options.join(" | ");
  const bounds = pipe.flatMap(({ type: check, requirement }) => {
    const sign = signs[check];
    return sign ? [` ${sign} ${requirement}`] : [];
  });
  const whole = pipe.some(({ type: check }) => check === "integer");
  return `${whole ? "integer" : expects === "unknown" ? "anything" : expects}${bounds.join(",")}`;
}

const signs: Readonly<Record<string, string>> = {
  min_value: ">=",
  max_value: "<=",
  gt_value: ">",
  lt_value: "<",
};
