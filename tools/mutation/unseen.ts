/**
 * Changes that nobody can see, or that nobody needs to: the file or folder of the core, what stands in the line and what is
 * changed in it as `LINE :: FROM -> TO`, and why. The first that fits counts.
 */

const wording = "What a person reads: its wording is free. Type and sub-type of a fault are tested.";
const oneKind = "The only kind there is: nobody asks which.";
const joint = "Both sides of the boundary give the same there.";
const spared = "Only spares work: without it the same comes out.";
const laterSet = "Set anew before it is read.";

export const unseen: readonly (readonly [source: string, change: RegExp, why: string])[] = [
  // A text with a space in it is for people.
  ["", / :: ["`][^"`]*\s[^"`]*["`]? -> ""$/, wording],
  ["", / :: `[^`]*\.\.\. -> ""$/, wording],
  ["session/charging-conditions.ts", /^const secondsUntil = .* :: 0 -> 1$/, "1 ms is told as 0.0 s."],
  ["dc/cable-check.ts", /^(discharged|relays\w+|vehicleVoltage|testVoltage|selfTest|isolation): ".*-> ""$/, wording],
  [
    "session/charger-specs.ts",
    /(name: |[sS]top\w*\()"(.*)".* :: "\2" -> ""$/,
    "The name of a guard, for records and tests.",
  ],
  ["dc/cable-check.ts", /^"\w+", :: "\w+" -> left out$/, "A list for its type: nothing goes through it."],
  ["dc/cable-check.ts", /^step, :: /, "Whoever fails names the step it is in."],
  ["dc/cable-check.ts", /^failing\(d, d\.state\); :: /, "What has just begun to fail has heard no voltage yet."],
  ["dc/cable-check.ts", /^return (true|false); :: /, "Nobody asks."],
  ["dc/cable-check.ts", /^(stepEndsAtMs|setV): 0, :: 0 -> 1$/, laterSet],
  ["dc/cable-check.ts", /isolationVoltageV > 0.* :: 0 -> 1$/, "A test at less than 1 V is none."],
  ["dc/cable-check.ts", /^(return|case "started"):?;? :: /, "The last thing of its turn."],
  ["dc/cable-check.ts", /relaysClosed: true/, "The contactor was noted as closed a line before."],
  ["dc/cable-check.ts", /^voltageV, :: /, "Read only while it fails, which begins without one."],
  ["dc/cable-check.ts", /Number\.isFinite/, "No comparison with what is no number holds."],
  ["dc/dc-offer.ts", / :: (nowMs < budget|Math\.abs\(before).* -> .*<= /, joint],
  ["dc/dc-session.ts", /^endSupervision\(d\); :: /, "Who has ended the demand has ended it before."],
  ["dc/dc-session.ts", /closed\) applyTarget\(d\); :: closed -> true|rampAtMs !== null && /, spared],
  ["dc/dc-power.ts", /^ramp: \{ currentA: 0/, laterSet],
  ["dc/plausibility.ts", /:: "implausible" -> ""$/, oneKind],
  ["dc/welding-check.ts", /:: "(stillUnderVoltage|deadlineReached)" -> ""$/, oneKind],
  ["dc/supply-control.ts", /:: "setExportVoltageCurrent" -> ""$/, oneKind],
  ["dc/over-voltage.ts", /:: "noLimits" -> ""$/, "Told by what the caller knows: a supervision without limits."],
  ["dc/dc-power.ts", /name === "tripped"\) return/, "A supply that has tripped is locked, and asks for no power."],
  ["dc/dc-power.ts", /toWeldingCheck\(d, \{ type: "ended" \}\)/, "The contactor that closes has ended it before."],
  ["dc/dc-session.ts", /type: closed \? "ended" : "opened"/, "The supply that goes on ends it as well."],
  ["dc/dc-supervision.ts", /toOverVoltage\(d, \{ type: "stopped" \}\)/, "Switching off has stopped it before."],
  ["dc/charge-target.ts", /(lastV|presentV|byPowerV) > 0.* :: (0 -> 1|\w+ > 0 -> \(\w+\) >= \(0\))$/, joint],
  ["dc/isolation.ts", /(samples: 0|samples \+ 1)/, "How many there were is asked for two and more only."],
  ["dc/fastest-source.ts", /(maxAgeMs|leastMs)\) continue; :: .*>= /, joint],
  ["iec61851/duty-cycle.ts", / :: (currentA < 52\.5|percent < 10|percent <= 96) -> /, joint],
  [
    "iec61851/control-pilot.ts",
    /^(DNotVentilated: \[\.\.\.noVentilation|D: \["wishLock", "carRequestedPower"\])/,
    "A station has ventilation or has not: the cell never comes up.",
  ],
  [
    "iec61851/control-pilot.ts",
    /settleDeadlineMs = null/,
    "A contactor that is commanded or reported closed is not let go.",
  ],
  ["iec61851/control-pilot.ts", /^setPilotOutput\(d, 1\); :: 1 -> 2$/, "Any duty cycle from 1 on is no PWM."],
  ["iec61851/control-pilot.ts", /deadline < first.* :: deadline < first -> /, joint],
  ["iec61851/control-pilot.ts", /simplifiedDuty|limited <= 0/, joint],
  ["auth/auth-machine.ts", /^if \(d\.state\.plugIns\.length === 0\) return; :: .* -> (false|left out)$/, spared],
  ["auth/auth-machine.ts", /UntilMs < earliest\) .* :: \w+ < earliest -> .*<= /, joint],
  [
    "auth/auth-machine.ts",
    /^\(evses\.length > 0 && :: .*>= /,
    "Where there is no EVSE, all of them are closed as well.",
  ],
  [
    "auth/auth-machine.ts",
    /^(case "none":|d\.out\.push\(status\(granted, "TimedOut"\)\);) :: /,
    "Whoever gets here has a candidate: there is one to choose, or to wait for.",
  ],
  ["auth/reservation-rules.ts", /^if \(cars\.length === 0\) return (true|\[\]); :: .* -> false$/, spared],
  [
    "auth/reservation-steps.ts",
    /^if \(d\.state\.(reservations\.length > 0\)|marked\.some\(.*\)\)) \{ :: .*(-> true|>= \(0\))$/,
    spared,
  ],
  [
    "auth/reservation-steps.ts",
    /^answerRequest\(d, event\.type === "reservationRequested" .* -> true$/,
    "Of what is asked only a reservation has a time in it.",
  ],
  ["auth/arrival.ts", /(cars\.indexOf|places\.length > cars\.length)/, spared],
  ["auth/evse.ts", /after === before \? evse/, spared],
  ["session/charger-draft.ts", /names\.some\(\(name\) => isArmed/, spared],
  ["hlc/high-level.ts", /^(a === b \|\||a\.board === b\.board|a\.phases === b\.phases)/, spared],
  ["hlc/high-level.ts", /isSame\(before\.grounds, grounds\)\) return;/, spared],
  ["energy/time-series.ts", /parsed\.set\(entry, wallMs\)/, spared],
  ["energy/distribute.ts", /direction \?\? "importing"/, "Nothing is asked about a node without direction."],
  [
    "energy/making-room.ts",
    /:: a > 0 -> |a > 0 \|\| w > 0 .*:: 0 -> 1$/,
    "A current that is given is a power as well.",
  ],
  ["energy/making-room.ts", /^if \(rises\) rising\.push|:: share\.[aw] > now\.[aw] -> .*>= /, spared],
  [
    "energy/making-room.ts",
    /const falls = .* -> .*<= |^if \(!falls && .* -> false$/,
    "Who falls by nothing is followed at once.",
  ],
  ["energy/making-room.ts", /share\.a > 0 \? room\.a.* :: (share\.a > 0 -> (true|.*>= )|1 -> 2)/, joint],
  [
    "energy/making-room.ts",
    /1 - negligible.* -> .* (>|<=) |negligible = /,
    "How much counts as rounding: much less than anybody draws.",
  ],
  [
    "energy/distribute.ts",
    /^return amount <= negligible \* /,
    "How much counts as rounding: far more than it is, far less than anybody draws.",
  ],
  ["energy/distribute.ts", /sources\.length < 2\) .* -> false$|=== rules\.slice[AW] \? "slice" : "part"/, spared],
  ["energy/distribute.ts", /^source: "", :: /, laterSet],
  ["energy/distribute.ts", /:: amount >= needed -> |way\.length - 1 -> |leaf\.w > 0\) return .* :: 0 -> 1$/, joint],
  ["energy/distribute.ts", /^if \(leaf\.minA === 0 \|\| wish.* :: .* -> .*(&&|\) > \()/, spared],
  [
    "energy/distribute.ts",
    /^if \(leaf\.minA === 0\) \{ :: .* -> false$/,
    "To buy a minimum of nothing is one round more.",
  ],
  [
    "energy/distribute.ts",
    /^(if \([aw] > 0\) rounds|return Number\.isFinite\(rounds\)|for \(const leaf of rounds|if \(rise === undefined\))/,
    "Whole rounds at once only spare work: what they leave out is bought slice by slice.",
  ],
  [
    "energy/distribute.ts",
    /^if \(!bought\.every\(\(purchase\) => purchase === "slice"/,
    "Who has bought less than a slice is stopped by a limit, so that no whole round fits.",
  ],
  [
    "energy/distribute.ts",
    /^(const stopped = purchase === "part"|if \(stopped\) leaf\.source)/,
    "Set again by the last purchase, which is none.",
  ],
  ["energy/distribute.ts", /rank\.get\(.* :: 0 -> 1$/, "The order names everybody."],
  ["hlc/dc-words.ts", /presentV > 0 .* -> (true|.*(\|\||>=) )/, "Power over no voltage is more than any current."],
  ["hlc/dc-words.ts", /currentA < maxA -> .*<= /, joint],
  ["energy/energy-manager.ts", /^(heardAtMs|wallOffsetMs): 0, :: /, laterSet],
  [
    "energy/energy-manager.ts",
    /^if \(plan === state\.plan && |^return sameWishes\(last\.tree, tree\) .* -> false$/,
    spared,
  ],
  [
    "energy/energy-manager.ts",
    /^(if \(last === null|if \(turns\.endsAtMs|for \(const \{ draws \}).* -> (true|.*(!==|>=) |\(last === null\) &&)/,
    "A round that is not taken over is worked out, and comes to the same.",
  ],
  ["energy/making-room.ts", /^const part = .* :: 1 -> 2$|isWhole -> false$|load\.a < share\.minA .*<= /, joint],
  ["energy/energy-manager.ts", /sharesPerRound/, "How finely is shared out; every fineness keeps the limits."],
  ["", /d\.s\.calls (\+=|-=) 1/, "A number that no call has had yet: any will do."],
  ["", /noReading: Powermeter/, "What stands for a meter that has told nothing."],
  ["session/charger-specs.ts", /stepReturn \?\? "PrepareCharging"/, "Set by whoever enters the state."],
  ["session/charger-specs.ts", /^d\.s\.stepReturn(Output)? = /, laterSet],
  ["session/charger-specs.ts", /^d\.s\.bcbDetected = false/, laterSet],
];
