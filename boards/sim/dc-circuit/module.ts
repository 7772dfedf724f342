/** The circuit of one EVSE. Its contactor is the board's, as the board's feedback tells it. */
import type { Timer } from "../../../hal/clock.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import { DcCircuit } from "./circuit.ts";
import type { manifest } from "./manifest.ts";

/** IEC 61851-23:2023: a contactor that closes into more than this ages, or welds. */
const allowedDifferenceV = 20;

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock } = context;
  const circuit = new DcCircuit(clock.nowMs());
  let settling: Timer | null = null;

  const port = context.provide("circuit", {
    drive: ({ source }) => {
      circuit.setSource(source, clock.nowMs());
      moved();
    },
    connect_battery: ({ battery }) => {
      const differenceV = circuit.setBattery(battery, clock.nowMs());
      tellInrush("vehicle", differenceV);
      moved();
    },
    read: (_, reply) => reply(circuit.read(clock.nowMs())),
  });

  const [board] = context.require("board");
  board?.subscribe("event", ({ event }) => {
    if (event !== "PowerOn" && event !== "PowerOff") return;
    const differenceV = circuit.setContactor(event === "PowerOn", clock.nowMs());
    tellInrush("station", differenceV);
    moved();
  });

  function tellInrush(contactor: "station" | "vehicle", differenceV: number): void {
    if (differenceV <= allowedDifferenceV) return;
    context.emit("inrush", { contactor, difference_V: Math.round(differenceV * 10) / 10 });
  }

  function moved(): void {
    settling?.cancel();
    const settlesAtMs = circuit.settlesAtMs();
    if (settlesAtMs > clock.nowMs()) {
      settling = clock.schedule("circuit at rest", settlesAtMs, () => port.publish("moved", { settlesAtMs }));
    }
    port.publish("moved", { settlesAtMs });
  }

  return {};
};
