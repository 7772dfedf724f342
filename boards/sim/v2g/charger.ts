/**
 * The simulated station's side of the high-level communication behind its port, whichever stack it stands for. Commands
 * become what the station has told; the conversation itself is `station-talk.ts`.
 */
import type { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import type { ModuleContext, ModuleInstance, Provided } from "../../../hal/module.ts";
import type { CommandHandlers, Reply } from "../../../hal/port.ts";
import { OwnMachine } from "../own-machine.ts";
import type { v2gLine } from "./line.ts";
import type { Response } from "./messages.ts";
import type { StationEffect, StationTalk, Told } from "./station-talk.ts";
import { nothingTold, silentStation, stationTalk } from "./station-talk.ts";

/** What a charger needs of the module it lives in. */
interface Surroundings {
  readonly context: Pick<ModuleContext, "clock" | "log">;
  readonly provideCharger: (handlers: CommandHandlers<typeof iso15118Charger>) => Provided<typeof iso15118Charger>;
  readonly provideLine: (handlers: CommandHandlers<typeof v2gLine>) => Provided<typeof v2gLine>;
  readonly protocols: Told["protocols"];
  readonly authorizationS?: StationTalk["authorizationS"];
  readonly onChangeOnly?: boolean;
}

export function makeCharger({
  context,
  provideCharger,
  provideLine,
  protocols,
  authorizationS = silentStation.authorizationS,
  onChangeOnly = true,
}: Surroundings): ModuleInstance {
  const { clock, log } = context;
  let answer: Reply<Response> | null = null;

  const initial: StationTalk = { ...silentStation, authorizationS, onChangeOnly, told: { ...nothingTold, protocols } };
  const talk = new OwnMachine("station conversation", clock, stationTalk, initial, perform);
  const told = (change: Partial<Told>): void => talk.post({ type: "told", change });
  const noted =
    (name: string) =>
    (args: object): void =>
      log.debug(name, args);

  const charger = provideCharger({
    setup: (args) => {
      noted("setup")(args);
      told({ sae: args.sae_j2847_mode !== "None" });
    },
    set_charging_parameters: noted("set_charging_parameters"),
    session_setup: ({ payment_options }) => told({ options: payment_options }),
    bpt_setup: noted("bpt_setup"),
    set_powersupply_capabilities: noted("set_powersupply_capabilities"),
    update_supported_app_protocols: ({ supported_app_protocols }, reply) => {
      const both = supported_app_protocols.app_protocols.filter((protocol) => protocols.includes(protocol));
      if (both.length > 0) told({ protocols: both });
      reply(both.length > 0);
    },
    update_energy_transfer_modes: ({ supported_energy_transfer_modes }) =>
      told({ modes: supported_energy_transfer_modes }),
    set_free_service: noted("set_free_service"),
    receipt_is_required: noted("receipt_is_required"),
    authorization_response: ({ authorization_status }) =>
      told({ authorization: authorization_status === "Accepted" ? "accepted" : "refused" }),
    ac_contactor_closed: ({ status }) => told({ contactorClosed: status }),
    dlink_ready: ({ value }) => told({ linkUp: value }),
    cable_check_finished: ({ status }) => told({ cableCheck: status ? "passed" : "failed" }),
    stop_charging: ({ stop }) => told({ wish: stop ? "stop" : "none" }),
    pause_charging: ({ pause }) => told({ wish: pause ? "pause" : "none" }),
    no_energy_pause_charging: noted("no_energy_pause_charging"),
    send_error: ({ error }) => told({ error }),
    reset_error: () => told({ error: null }),
    update_dc_maximum_limits: ({ maximum_limits }) =>
      told({
        maxV: maximum_limits.evse_maximum_voltage_limit,
        maxA: maximum_limits.evse_maximum_current_limit,
        maxW: maximum_limits.evse_maximum_power_limit,
        dischargeA: maximum_limits.evse_maximum_discharge_current_limit ?? 0,
        dischargeW: maximum_limits.evse_maximum_discharge_power_limit ?? 0,
      }),
    update_dc_minimum_limits: noted("update_dc_minimum_limits"),
    update_isolation_status: ({ isolation_status }) => told({ isolation: isolation_status }),
    update_dc_present_values: ({ present_voltage_current: { evse_present_voltage, evse_present_current } }) =>
      told({ presentV: evse_present_voltage, presentA: evse_present_current ?? 0 }),
    update_ac_max_current: ({ max_current }) => told({ acMaxA: max_current }),
    update_ac_parameters: noted("update_ac_parameters"),
    update_ac_maximum_limits: noted("update_ac_maximum_limits"),
    update_ac_minimum_limits: noted("update_ac_minimum_limits"),
    update_ac_target_values: noted("update_ac_target_values"),
    update_ac_present_power: noted("update_ac_present_power"),
    update_meter_info: () => undefined,
  });

  const line = provideLine({
    connect: (_, reply) => {
      talk.post({ type: "connected" });
      reply(talk.state.phase === "connected");
    },
    disconnect: () => {
      answer = null;
      talk.post({ type: "disconnected" });
    },
    request: ({ request }, reply) => {
      answer = reply;
      talk.post({ type: "request", request });
    },
  });

  function perform(effect: StationEffect): void {
    switch (effect.type) {
      case "respond": {
        const reply = answer;
        answer = null;
        reply?.(effect.response);
        break;
      }
      case "close":
        answer = null;
        line.publish("lost", null);
        break;
      case "publish": {
        const { name, value } = effect.publication;
        if (name === "departure_time") {
          const atMs = clock.wallTimeMs() + Number(value) * 1000;
          charger.publish("departure_time", new Date(atMs).toISOString());
        } else charger.publish(name, value as never);
      }
    }
  }

  return { stop: () => talk.stop() };
}
