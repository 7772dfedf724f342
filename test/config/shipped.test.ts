import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { Finding } from "../../src/config/finding.ts";
import { formatFinding } from "../../src/config/finding.ts";
import type { Loaded } from "../../src/config/load.ts";
import { loadConfiguration, manifestFaults } from "../../src/config/load.ts";
import { wiring } from "../../src/config/wiring.ts";
import { configurationPage } from "../../tools/configuration-page.ts";
import { shipped } from "./shipped-manifests.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function load(path: string, ignoreUnsupported = false): Loaded {
  return loadConfiguration({
    path,
    lookup: (type) => shipped.find((manifest) => manifest.type === type),
    types: shipped.map(({ type }) => type),
    ignoreUnsupported,
  });
}

t.test("manifests", async (t) => {
  for (const manifest of shipped) {
    t.same(manifestFaults(manifest), [], `${manifest.type}: defaults meet their schema`);
    const keys = [manifest.config, ...Object.values(manifest.provides).map(({ config }) => config ?? {})];
    for (const [name, { description }] of keys.flatMap((schema) => Object.entries(schema))) {
      t.ok(description.length > 0, `${manifest.type}: ${name} says what it means`);
    }
  }
});

t.test("the configurations of the package are sound, and every key in them has an effect", async (t) => {
  for (const name of readdirSync(`${root}config`)) {
    const loaded = load(`${root}config/${name}`);
    t.ok(loaded.ok, name);
    t.same(loaded.warnings, []);
    if (loaded.ok) t.same(loaded.notes, []);
  }
});

t.test("wiring of the demo station", async (t) => {
  const loaded = load(`${root}config/ac-simulated.yaml`);
  t.ok(loaded.ok);
  if (!loaded.ok) return;
  t.equal(
    wiring(loaded.configuration),
    `auth: Auth
  token_provider -> token_provider.main (DummyTokenProvider)
  token_validator -> token_validator.main (DummyTokenValidator)
  evse_manager -> connector_1.evse (EvseManager)
connector_1: EvseManager at EVSE 1
  bsp -> connector_1_powerpath.board_support (YetiSimulator)
  ac_rcd -> connector_1_powerpath.rcd (YetiSimulator)
  connector_lock -> connector_1_powerpath.connector_lock (YetiSimulator)
  powermeter_grid_side -> connector_1_powerpath.powermeter (YetiSimulator)
connector_1_powerpath: YetiSimulator at EVSE 1
energy_manager: EnergyManager
  energy_trunk -> grid_connection_point.energy_grid (EnergyNode)
ev_manager: EvManager at EVSE 1
  ev_board_support -> connector_1_powerpath.ev_board_support (YetiSimulator)
grid_connection_point: EnergyNode
  energy_consumer -> connector_1.energy_grid (EvseManager)
token_provider: DummyTokenProvider
  evse -> connector_1.evse (EvseManager)
token_validator: DummyTokenValidator
`,
  );
});

t.test("the page of all keys", async (t) => {
  const page = configurationPage(shipped);
  for (const { type, config } of shipped) {
    t.match(page, `## ${type}\n`);
    for (const key of Object.keys(config)) t.match(page, `| \`${key}\` |`);
  }
  t.match(page, "| `soft_over_current_timeout_ms` | integer | `7000` | ≥ 6000 |");
  t.match(page, "| `connector_id` | integer | **mandatory** | ≥ 1 |");
  t.match(page, "| `session_logging` | boolean | `false` |  | *Not effective yet.* ");
});

const foreign = `${root}../shared/configs/`;

t.test("files written for EVerest", { skip: !existsSync(foreign) && `no ${foreign} on this machine` }, async (t) => {
  const told = (findings: readonly Finding[]): string[] =>
    findings.map((finding) => formatFinding(finding).replace(foreign, ""));
  const heads = (loaded: Loaded): string[] => told(loaded.ok ? [] : loaded.complaints);

  await t.test("a complete AC station, less the modules that are not there yet", async (t) => {
    const strict = load(`${foreign}config-sil.yaml`);
    t.same(heads(strict), [
      'config-sil.yaml:12:13: module "api" is of type "API", which is not supported; --ignore-unsupported leaves it out',
      'config-sil.yaml:18:13: module "ev_api" is of type "EvAPI", which is not supported; --ignore-unsupported leaves it out',
      'config-sil.yaml:127:13: module "iso15118_car" is of type "PyEvJosev", which is not supported; --ignore-unsupported leaves it out',
      'config-sil.yaml:133:13: module "iso15118_charger" is of type "EvseV2G", which is not supported; --ignore-unsupported leaves it out',
      'config-sil.yaml:139:13: module "evse_security" is of type "EvseSecurity", which is not supported; --ignore-unsupported leaves it out',
      'config-sil.yaml:158:13: module "setup" is of type "Setup", which is not supported; --ignore-unsupported leaves it out',
      'config-sil.yaml:160:13: module "slac" is of type "SlacSimulator", which is not supported; --ignore-unsupported leaves it out',
    ]);
    const lenient = load(`${foreign}config-sil.yaml`, true);
    t.same(heads(lenient), []);
    t.equal(lenient.warnings.length, 12, "seven modules, four connections to them, and what the EVSE becomes");
    t.ok(
      told(lenient.warnings).includes(
        "config-sil.yaml:73:3: connector_1: basic charging (IEC 61851) only, since its hlc and slac are left out",
      ),
    );
    t.ok(lenient.ok);
    if (!lenient.ok) return;
    const connector = lenient.configuration.modules.find(({ id }) => id === "connector_1");
    t.same(connector?.connections.hlc, []);
    t.same(connector?.connections.bsp, [{ moduleId: "connector_1_powerpath", implementationId: "board_support" }]);
    t.equal(connector?.config.switch_3ph1ph_delay_s, 5);
  });

  await t.test("a DC station, as long as its devices are there in simulation only", async (t) => {
    t.same(
      heads(load(`${foreign}config-sil-dc.yaml`, true)),
      ["slac", "hlc", "powersupply_DC"].map(
        (requirement) => `config-sil-dc.yaml:26:20: evse_manager.charge_mode: DC needs a connection ${requirement}`,
      ),
    );
  });

  await t.test("the least that a Charge Control C takes, less the MQTT API", async (t) => {
    const lenient = load(`${foreign}bsp-only.yaml`, true);
    t.same(heads(lenient), []);
    t.ok(lenient.ok);
    t.same(told(lenient.warnings), [
      'bsp-only.yaml:7:13: module "api" is of type "API", which is not supported (left out)',
    ]);
    if (!lenient.ok) return;
    const bsp = lenient.configuration.modules.find(({ id }) => id === "bsp");
    t.match(bsp?.config, {
      connector_type: "IEC62196Type2Socket",
      contactor_1_feedback_type: "none",
      max_current_A: 80,
      relay_1_feedback_gpio_debounce_us: 10_000,
      cp_pwm_device: "20fc000.pwm",
      rcm_fault_gpio_line_name: "DIGITAL_IN_2",
    });
  });
});
