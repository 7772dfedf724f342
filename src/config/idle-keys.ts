import type { ResolvedModule } from "./configuration.ts";
import type { Findings } from "./finding.ts";

/** What a key of EvseManager needs to have an effect at all. */
type Need = (config: ResolvedModule["config"], connects: (requirement: string) => boolean) => string | undefined;

const needsAc: Need = ({ charge_mode }) => (charge_mode === "AC" ? undefined : "with DC");
const needsDc: Need = ({ charge_mode }) => (charge_mode === "DC" ? undefined : "with AC");

const needsPorts: Need = (_config, connects) =>
  connects("slac") && connects("hlc") ? undefined : "without the connections slac and hlc";

/** Somebody speaks to the vehicle. */
const needsTalk: Need = (config, connects) =>
  config.charge_mode === "AC" && config.ac_hlc_enabled !== true
    ? "without ac_hlc_enabled"
    : needsPorts(config, connects);

const needsKey =
  (key: string): Need =>
  (config) =>
    config[key] === true ? undefined : `without ${key}`;

const needsChoice =
  (key: string): Need =>
  (config) =>
    (config[key] ?? "None") === "None" ? `without ${key}` : undefined;

const needsDcTalk: readonly Need[] = [needsDc, needsTalk];
const needsAcTalk: readonly Need[] = [needsAc, needsTalk];

const needs: Readonly<Record<string, readonly Need[]>> = {
  ac_hlc_enabled: [needsAc, needsPorts],
  ac_hlc_use_5percent: needsAcTalk,
  ac_enforce_hlc: [...needsAcTalk, needsKey("ac_hlc_use_5percent")],
  dbg_hlc_auth_after_tstep: needsAcTalk,
  enable_autocharge: [needsTalk],
  autocharge_use_slac_instead_of_hlc: [needsTalk, needsKey("enable_autocharge")],
  ev_receipt_required: [needsTalk],
  central_contract_validation_allowed: [needsTalk, needsKey("payment_enable_contract")],
  zero_power_ignore_pause: needsDcTalk,
  zero_power_allow_ev_to_ignore_pause: [
    ...needsDcTalk,
    ({ zero_power_ignore_pause }) => (zero_power_ignore_pause === true ? "with zero_power_ignore_pause" : undefined),
  ],
  hack_sleep_in_cable_check: needsDcTalk,
  hack_sleep_in_cable_check_volkswagen: needsDcTalk,
  hack_fix_hlc_integer_current_requests: needsDcTalk,
  hack_allow_bpt_with_iso2: needsDcTalk,
  sae_j2847_2_bpt_enabled: needsDcTalk,
  sae_j2847_2_bpt_mode: [...needsDcTalk, needsKey("sae_j2847_2_bpt_enabled")],
  bpt_channel: [...needsDcTalk, needsChoice("bpt_generator_mode")],
  bpt_generator_mode: [...needsDcTalk, needsChoice("bpt_channel")],
  bpt_grid_code_island_method: [...needsDcTalk, needsChoice("bpt_channel"), needsChoice("bpt_generator_mode")],
  hack_skoda_enyaq: needsDcTalk,
  hack_present_current_offset: needsDcTalk,
  hack_pause_imd_during_precharge: needsDcTalk,
};

/** Names the keys of an EvseManager that are switched on and change nothing, and why. */
export function noteIdleKeys({ id, config, connections, positions }: ResolvedModule, findings: Findings): void {
  const connects = (requirement: string): boolean => (connections[requirement] ?? []).length > 0;
  for (const [key, wanted] of Object.entries(needs)) {
    const at = positions.config[key];
    if (at === undefined || config[key] === false || config[key] === 0 || config[key] === "None") continue;
    const why = wanted.map((need) => need(config, connects)).find((reason) => reason !== undefined);
    if (why !== undefined) findings.note(at, `${id}.${key} has no effect ${why}`);
  }
}
