/** Whatever comes in whatever order: what must hold of the contactors at every instant. */
import fc from "fast-check";
import t from "tap";
import type { Wiring } from "../../../boards/charge-control-c/contactors.ts";
import { Rig } from "./contactor-rig.ts";

const number = fc.constantFrom<1 | 2>(1, 2);
const action = fc.oneof(
  fc.record({ kind: fc.constant("close" as const) }),
  fc.record({ kind: fc.constant("open" as const) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 4, max: 12_000 }) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 4, max: 300 }) }),
  fc.record({ kind: fc.constant("phases" as const), three: fc.boolean() }),
  fc.record({ kind: fc.constant("slow" as const), number, ms: fc.integer({ min: 0, max: 240 }) }),
);
const trouble = fc.record({
  kind: fc.constant("fault" as const),
  number,
  fault: fc.constantFrom<"welded" | "stuckOpen" | null>("welded", "stuckOpen", null),
});

const step = fc.oneof({ arbitrary: action, weight: 12 }, { arbitrary: trouble, weight: 1 });

for (const wiring of ["none", "serial", "simultaneous", "mutual"] as const satisfies readonly Wiring[]) {
  for (const feedback of ["no", "none"] as const) {
    t.test(`${wiring}, feedback ${feedback}`, async (t) => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 25, maxLength: 40 }), (steps) => {
          const rig = new Rig({ wiring, feedback });
          const closings: Record<string, number[]> = { R1: [], R2: [] };
          let seen = 0;
          let faultMs: number | null = null;
          const check = (): void => {
            for (const line of rig.story.slice(seen)) {
              const [at = "", relay = "", level = ""] = line.split(" ");
              if (level === "on") {
                closings[relay]?.push(Number(at));
                if (faultMs !== null) throw new Error(`closed after a fault: ${line}`);
              }
              if (line.includes("Relay")) faultMs ??= Number(at);
            }
            seen = rig.story.length;
            const { 1: first, 2: second } = rig.contacts;
            if (!rig.contactors.engaged && first.commandedClosed) throw new Error("R1 is on, and nobody wants it");
            if (wiring !== "serial" && !rig.contactors.engaged && second.commandedClosed) throw new Error("R2 is on");
            if (wiring === "mutual" && first.commandedClosed && second.commandedClosed) throw new Error("both are on");
          };
          for (const step of steps) {
            if (step.kind === "close") rig.close();
            else if (step.kind === "open") rig.open();
            else if (step.kind === "phases") rig.contactors.setThreePhases(step.three);
            else if (step.kind === "slow") rig.contacts[step.number].setSlow(step.ms);
            else if (step.kind === "fault") rig.contacts[step.number].setFault(step.fault, rig.nowMs);
            else rig.until(rig.nowMs + step.ms, check);
            check();
          }
          rig.open().until(rig.nowMs + 1000);
          check();
          if (rig.contacts[1].commandedClosed || rig.contacts[2].commandedClosed) throw new Error("not off in the end");
          // R2 follows R1 in the wirings in which both close together; each has its own interval where they exclude each other.
          for (const times of wiring === "mutual" ? [closings.R1, closings.R2] : [closings.R1]) {
            for (const [index, at] of (times ?? []).entries()) {
              const before = index === 0 ? 0 : (times?.[index - 1] ?? 0);
              if (at - before < 10_000) throw new Error(`closed at ${before} and again at ${at}`);
            }
          }
        }),
        { numRuns: 40, seed: 7 },
      );
      t.pass();
    });
  }
}
