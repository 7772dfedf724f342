import type { ChargerInformation } from "../../../hal/charger-information.ts";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import type { WebsocketServer } from "../../../hal/network.ts";
import { createApiMachine } from "./api-machine.ts";
import type { ApiEffect } from "./api-state.ts";
import { initialApiState } from "./api-state.ts";
import { jsonRpc } from "./json-rpc.ts";
import type { manifest } from "./manifest.ts";
import type { ChargerInfo, DisplayParameters } from "./objects.ts";

/** RFC 6455, section 7.4.1. */
const closeCode = { malformed: 1007, policy: 1008 } as const;

const longestText = 1000;

type Context = ModuleContext<typeof manifest>;

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, config, log } = context;
  const evses = context.require("evse_manager");
  const sinks = context.require("evse_energy_sink");
  const [charger] = context.require("charger_information");
  const answers = new Map<number, { client: number; answer: (result: object) => void }>();
  let calls = 0;
  let server: WebsocketServer | null = null;

  const machine = createApiMachine({
    version: `evsed ${process.env.EVSED_VERSION ?? "0.1.0"}`,
    sinkEvses: sinks.map(({ evse }) => evse ?? null),
    decimalPlaces: config.max_decimal_places_other,
  });
  const mailbox = context.machine("api", machine, initialApiState(evses.length), perform);
  context.provide("main", {});

  const hear = jsonRpc({
    call: (client, request, answer) => {
      calls += 1;
      answers.set(calls, { client, answer });
      mailbox.post({
        type: "called",
        client,
        call: calls,
        request,
        timestamp: new Date(clock.wallTimeMs()).toISOString(),
      });
    },
    misspoke: (client) => mailbox.post({ type: "misspoke", client }),
    send: (client, text) => server?.send(client, text),
    malformed: (client) => server?.disconnect(client, closeCode.malformed, "not JSON-RPC 2.0"),
  });

  for (const [place, evse] of evses.entries()) {
    evse.subscribe("evse_id", (id) => mailbox.post({ type: "evseIdTold", place, id }));
    evse.subscribe("supported_energy_transfer_modes", (modes) => mailbox.post({ type: "modesTold", place, modes }));
    evse.subscribe("hw_capabilities", (capabilities) =>
      mailbox.post({ type: "capabilitiesTold", place, capabilities }),
    );
    evse.subscribe("selected_protocol", (protocol) => mailbox.post({ type: "protocolSelected", place, protocol }));
    evse.subscribe("session_event", (event) => mailbox.post({ type: "sessionChanged", place, event }));
    evse.subscribe("powermeter", (reading) => mailbox.post({ type: "measured", place, reading }));
    evse.subscribe("enforced_limits", (limits) => mailbox.post({ type: "limitsEnforced", place, limits }));
    evse.subscribe("ev_info", ({ soc, battery_capacity, remaining_time_to_full_s }) => {
      const display: DisplayParameters = {
        ...(soc !== undefined && { present_soc: Math.round(soc) }),
        ...(battery_capacity !== undefined && { battery_energy_capacity: battery_capacity }),
        ...(remaining_time_to_full_s !== undefined && { remaining_time_to_maximum_soc: remaining_time_to_full_s }),
      };
      mailbox.post({ type: "vehicleTold", place, display });
    });
  }
  for (const [sink, { moduleId, evse, subscribe }] of sinks.entries()) {
    if (evse === undefined)
      log.warn("rpc_api.sink_without_mapping", { module: moduleId, effect: "no EVSE is limited there" });
    subscribe("capabilities", ({ nominal_voltage_V }) =>
      mailbox.post({ type: "sinkTold", sink, nominalVoltageV: nominal_voltage_V }),
    );
  }
  context.onFault((action, fault, placement) => {
    if (action === "clear") {
      mailbox.post({ type: "errorCleared", uuid: fault.uuid });
      return;
    }
    const { vendor_id: _, sub_type, origin, message, description, ...rest } = fault;
    mailbox.post({
      type: "errorRaised",
      error: {
        ...rest,
        message: message.slice(0, longestText),
        description: description.slice(0, longestText),
        ...(sub_type !== "" && { sub_type }),
        origin: { ...origin, evse_index: placement.evse ?? 0, connector_index: placement.connector ?? 0 },
      },
    });
  });

  function perform(effect: ApiEffect): void {
    switch (effect.type) {
      case "answer":
        answers.get(effect.call)?.answer(effect.result);
        answers.delete(effect.call);
        return;
      case "notify": {
        const text = JSON.stringify({ jsonrpc: "2.0", method: effect.method, params: effect.params });
        for (const client of effect.clients) server?.send(client, text);
        return;
      }
      case "disconnect":
        server?.disconnect(effect.client, closeCode.policy, effect.why);
        return;
      case "setLimits":
        sinks[effect.sink]?.call("set_external_limits", { value: effect.limits });
        return;
      case "pause":
        evses[effect.place]?.call("pause_charging", {}, (result) => answered(effect.call, result));
        return;
      case "resume":
        evses[effect.place]?.call("resume_charging", {}, (result) => answered(effect.call, result));
        return;
      case "enable":
        evses[effect.place]?.call(
          "enable_disable",
          { connector_id: effect.connectorId, cmd_source: effect.source },
          (result) => answered(effect.call, result),
        );
        return;
    }
  }

  function answered(call: number, result: boolean): void {
    mailbox.post({ type: "evseAnswered", call, result });
  }

  function forget(client: number): void {
    for (const [call, known] of answers) if (known.client === client) answers.delete(call);
  }

  function serve(): WebsocketServer {
    return context.network.serveWebsockets(
      { interface: config.websocket_interface, port: config.websocket_port },
      {
        connected: (client, address) => {
          log.info("rpc_api.connected", { client, address });
          mailbox.post({ type: "clientConnected", client });
        },
        received: hear,
        disconnected: (client, why) => {
          log.info("rpc_api.disconnected", { client, why });
          forget(client);
          mailbox.post({ type: "clientDisconnected", client });
        },
        listening: (addresses) => log.info("rpc_api.listening", { addresses }),
        failing: (why) => log.warn("rpc_api.not_listening", { interface: config.websocket_interface, why }),
      },
    );
  }

  return {
    ready: () => {
      for (const [place, evse] of evses.entries()) {
        evse.call("get_evse", {}, ({ id, connectors }) => {
          const told = connectors.map((connector) => ({ index: connector.id, type: connector.type ?? "Unknown" }));
          mailbox.post({ type: "evseTold", place, index: evse.evse ?? id, connectors: told });
        });
      }
      charger?.call("get_charger_information", {}, (known) =>
        mailbox.post({ type: "chargerTold", info: chargerInfo(known) }),
      );
      if (mayServe(context)) server = serve();
    },
    stop: () => server?.close(),
  };
};

/** Rather closed than open without what the configuration asks for. */
function mayServe({ config, log }: Context): boolean {
  if (!config.websocket_enabled) return false;
  if (!config.websocket_tls_enabled && !config.authentication_required) return true;
  log.error("rpc_api.closed", { why: "websocket_tls_enabled and authentication_required are not there yet" });
  return false;
}

function chargerInfo(known: ChargerInformation): ChargerInfo {
  const { friendly_name, manufacturer, manufacturer_url, model_url, board_revision } = known;
  return {
    vendor: known.vendor,
    model: known.model,
    serial: known.chargepoint_serial ?? "unknown",
    ...(friendly_name !== undefined && { friendly_name }),
    ...(manufacturer !== undefined && { manufacturer }),
    ...(manufacturer_url !== undefined && { manufacturer_url }),
    ...(model_url !== undefined && { model_url }),
    ...(known.model_number !== undefined && { model_no: known.model_number }),
    ...(known.model_revision !== undefined && { revision: known.model_revision }),
    ...(board_revision !== undefined && { board_revision }),
    firmware_version: known.firmware_version ?? "unknown",
  };
}
