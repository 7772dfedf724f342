/** What keeps a vehicle from charging, told from the state of its EVSE: those of its reasons that no bench brings about soon. */
import t from "tap";
import type { ChargerState } from "../../../src/core/session/charger-state.ts";
import { chargingConditions } from "../../../src/core/session/charging-conditions.ts";
import type { EvseOptions, EvseState } from "../../../src/core/session/evse-state.ts";
import { initialEvse } from "../../../src/core/session/evse-state.ts";
import { capabilities, evseOptions, token, withCharger } from "./evse-bench.ts";

interface Case {
  readonly name: string;
  readonly state?: Partial<EvseState>;
  readonly charger?: Partial<ChargerState>;
  readonly options?: EvseOptions;
  /** The first condition that is not met; null: none. */
  readonly told: string | null;
}

const startUp = (phase: EvseState["startUp"]["phase"]): Partial<EvseState> => ({
  startUp: { phase, deadlineMs: null, session: null },
});
const begun = { session: { id: "0001", reservationId: null }, authorized: true, token } as const;
const fault = (more: Partial<EvseState["faults"][number]>): Partial<EvseState> => ({
  faults: [
    {
      source: "bsp",
      type: "evse_board_support/MREC14PilotFault",
      sub_type: "",
      severity: "High",
      description: "",
      vendor_id: "",
      ...more,
    },
  ],
});
const socket = { ...capabilities, connector_type: "IEC62196Type2Socket" } as const;
const hlc = withCharger({ hlcEnabled: true });

const cases: readonly Case[] = [
  { name: "charging", told: null },
  { name: "not started", state: startUp("made"), told: "the station has not been started" },
  {
    name: "the meter is silent",
    state: startUp("firstReading"),
    told: "the station starts: it waits for a first reading of the meter",
  },
  { name: "stopped", state: startUp("stopped"), told: "the station has been stopped" },
  { name: "a warning", state: fault({ type: "evse_board_support/VendorWarning" }), told: null },
  {
    name: "a meter that does not matter",
    state: fault({ source: "powermeter", type: "powermeter/CommunicationFault" }),
    options: withCharger({ failOnPowermeterErrors: false }),
    told: null,
  },
  {
    name: "a meter that matters",
    state: fault({ source: "powermeter", type: "powermeter/CommunicationFault", description: "no answer" }),
    options: withCharger({ failOnPowermeterErrors: true }),
    told: "error: powermeter/CommunicationFault (High, powermeter): no answer",
  },
  {
    name: "state F after an error",
    charger: { deadlines: { stateF: 12_500 } },
    told: "an error is over; the pilot shows F for another 2.5 s",
  },
  { name: "over-current that goes on", charger: { deadlines: { overCurrent: 12_000 } }, told: null },
  {
    name: "the transaction was stopped",
    charger: { name: "Finished", cancelled: true, authorized: false, transactionActive: false, stopReason: "Remote" },
    told: "this session has ended (Remote): the vehicle has to be pulled and plugged in again",
  },
  {
    name: "the vehicle has gone",
    charger: { vehicleLeft: true },
    told: "the vehicle of this session has gone; the session is being closed",
  },
  {
    name: "a socket without a cable",
    charger: { capabilities: socket, ampacity: "None" },
    told: "the proximity pin tells no cable",
  },
  { name: "a socket with a cable", charger: { capabilities: socket, ampacity: "A_20" }, told: null },
  {
    name: "the meter refused",
    charger: { transactionActive: false, transactionRefused: true },
    told: "the meter refused to begin a transaction",
  },
  {
    name: "the meter is asked",
    charger: { transactionActive: false, meterCall: 3 },
    told: "it waits for the meter to begin the transaction",
  },
  {
    name: "the store is asked",
    charger: { transactionActive: false, storeCall: 3 },
    told: "it waits for the store to have the transaction",
  },
  {
    name: "5.9 A",
    charger: { limitA: 5.9 },
    told: "no energy: 5.9 A is left for it, and less than 5.9 A cannot be offered",
  },
  {
    name: "phases",
    charger: { name: "SwitchPhases", deadlines: { switchPhases: 13_000 } },
    told: "the phases are switched; 3.0 s to go",
  },
  {
    name: "no matching",
    options: hlc,
    charger: { hlcActive: true, slac: "MATCHING" },
    told: "matching on the power line: MATCHING",
  },
  {
    name: "not spoken to",
    options: hlc,
    charger: { hlcActive: true, slac: "MATCHED" },
    told: "the vehicle and the station have not agreed on how to charge",
  },
  {
    name: "nothing asked in words",
    options: hlc,
    charger: { hlcActive: true, slac: "MATCHED", v2gSetupFinished: true },
    told: "the vehicle has not asked for power in words",
  },
  {
    name: "woken up in vain",
    charger: { iecAllow: false, wokenUp: true },
    told: "the vehicle does not ask for power (pilot C); it has been woken up once",
  },
  {
    name: "F",
    charger: { output: { mode: "F" } },
    told: "the pilot tells the vehicle that the station is not available: F",
  },
];

t.test("the first condition that is not met is the reason", async (t) => {
  for (const { name, state, charger, options = evseOptions, told } of cases) {
    const initial = initialEvse(options);
    const evse: EvseState = {
      ...initial,
      ...startUp("running"),
      pilot: { ...initial.pilot, pilot: "C", plugged: true, commandedClosed: true, relaysOn: true, powerAllowed: true },
      ...state,
      charger: {
        ...initial.charger,
        name: "Charging",
        plugged: true,
        iecAllow: true,
        ...begun,
        transactionActive: true,
        limitA: 16,
        capabilities,
        output: { mode: "nominal", duty: 16 / 60, currentA: 16, sinceMs: 0 },
        hlcActive: false,
        ...charger,
      },
    };
    const conditions = chargingConditions(evse, options, 10_000);
    t.equal(conditions.find(({ isMet }) => !isMet)?.words ?? null, told, name);
    t.equal(conditions.at(-1)?.title, "contactor closed");
  }
});
