/** What the board can do: as the controller says, unless the configuration knows better. Source: Yeti facts, section 8. */
import type { HardwareCapabilities } from "../../src/core/board.ts";
import type { KeepAliveLo } from "./schema.ts";

export interface CurrentOverrides {
  /** Ampere; negative = as the controller says. */
  readonly caps_min_current_A: number;
  readonly caps_max_current_A: number;
}

const unheard = { minA: 6, maxA: 16, minPhases: 1, maxPhases: 3 } as const;
/** More than any board of this kind carries. */
const absurdA = 200;

const isCurrent = (value: number): boolean => value > 0 && value <= absurdA;
const isPhaseCount = (value: number): boolean => value >= 1 && value <= 3;

/** `hardware`: null before the controller was heard. A pair of limits that makes no sense is as good as not told. */
export function capabilitiesOf(hardware: KeepAliveLo | null, overrides: CurrentOverrides): HardwareCapabilities {
  const {
    hwcap_min_current: toldMinA = 0,
    hwcap_max_current: toldMaxA = 0,
    hwcap_min_phase_count: toldMinPhases = 0,
    hwcap_max_phase_count: toldMaxPhases = 0,
    supports_changing_phases_during_charging: changesPhases = false,
  } = hardware ?? {};
  const hasCurrents = isCurrent(toldMinA) && isCurrent(toldMaxA) && toldMinA <= toldMaxA;
  const hasPhases = isPhaseCount(toldMinPhases) && isPhaseCount(toldMaxPhases) && toldMinPhases <= toldMaxPhases;
  const { caps_min_current_A: givenMinA, caps_max_current_A: givenMaxA } = overrides;
  const minA = givenMinA >= 0 ? givenMinA : hasCurrents ? toldMinA : unheard.minA;
  const maxA = givenMaxA >= 0 ? givenMaxA : hasCurrents ? toldMaxA : unheard.maxA;
  const [minPhases, maxPhases] = hasPhases ? [toldMinPhases, toldMaxPhases] : [unheard.minPhases, unheard.maxPhases];
  return {
    max_current_A_import: maxA,
    min_current_A_import: minA,
    max_phase_count_import: maxPhases,
    min_phase_count_import: minPhases,
    max_current_A_export: maxA,
    min_current_A_export: minA,
    max_phase_count_export: maxPhases,
    min_phase_count_export: minPhases,
    supports_changing_phases_during_charging: changesPhases,
    supports_cp_state_E: false,
    connector_type: "IEC62196Type2Cable",
  };
}
