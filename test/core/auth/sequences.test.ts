import fc from "fast-check";
import t from "tap";
import type { AuthEffect, AuthEvent } from "../../../src/core/auth/auth-state.ts";
import { selectionAlgorithms } from "../../../src/core/auth/selection.ts";
import { sessionEventNames } from "../../../src/core/session/session-event.ts";
import { AuthBench, epochMs, group, reservation, result, rfid, timeAt } from "./auth-bench.ts";

/** What a run does next; answers find the request they are for. */
type Move =
  | { readonly do: "event"; readonly event: AuthEvent }
  | { readonly do: "reserve"; readonly id: number; readonly evse: number; readonly type: string; readonly inS: number }
  | { readonly do: "cancel"; readonly id: number }
  | { readonly do: "withdraw"; readonly evse: number }
  | { readonly do: "validator"; readonly accepts: boolean; readonly grouped: boolean }
  | { readonly do: "evse"; readonly accepts: boolean }
  | { readonly do: "wait"; readonly s: number };

const evseId = fc.integer({ min: 0, max: 4 });
const id = fc.integer({ min: 1, max: 4 });
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    do: fc.constant("event" as const),
    event: fc.record({
      type: fc.constant("sessionChanged" as const),
      evseId,
      event: fc.constantFrom(...sessionEventNames),
      reason: fc.constantFrom("EVConnected" as const, "Authorized" as const),
    }),
  }),
  fc.record({
    do: fc.constant("event" as const),
    event: fc.record({
      type: fc.constant("faultReported" as const),
      evseId,
      action: fc.constantFrom("raise" as const, "clear" as const),
      fault: fc.constant("evse_manager/Inoperative"),
    }),
  }),
  fc.record({
    do: fc.constant("event" as const),
    event: fc.record({
      type: fc.constant("tokenProvided" as const),
      token: fc.constantFrom(rfid("R1"), rfid("R2", { connectors: [1] }), rfid("X"), rfid("Y", { connectors: [2, 3] })),
    }),
  }),
  fc.record({
    do: fc.constant("event" as const),
    event: fc.record({ type: fc.constant("evseReady" as const), evseId, ready: fc.boolean() }),
  }),
  fc.record({
    do: fc.constant("reserve" as const),
    id,
    evse: evseId,
    type: fc.constantFrom("A", "B", "Unknown"),
    inS: fc.integer({ min: -1, max: 90 }),
  }),
  fc.record({ do: fc.constant("cancel" as const), id }),
  fc.record({ do: fc.constant("withdraw" as const), evse: evseId }),
  fc.record({ do: fc.constant("validator" as const), accepts: fc.boolean(), grouped: fc.boolean() }),
  fc.record({ do: fc.constant("evse" as const), accepts: fc.boolean() }),
  fc.record({ do: fc.constant("wait" as const), s: fc.integer({ min: 0, max: 40 }) }),
);

class Run {
  readonly bench: AuthBench;
  readonly asked = new Set<number>();
  readonly open = new Set<string>();
  #lastReply = 0;
  #evseRequests: number[] = [];
  readonly #met: Set<string>;
  stored: string[] = [];

  constructor(selectionAlgorithm: (typeof selectionAlgorithms)[number], met: Set<string>) {
    this.#met = met;
    this.bench = new AuthBench({ evses: 3, hasStore: true, plugInTimeoutEnabled: true, selectionAlgorithm });
    this.bench.connectors(1, "A").connectors(2, "A", "B").connectors(3, "B");
    this.post({ type: "started" });
    this.post({ type: "reservationsLoaded", requestId: 1, items: [], wallMs: epochMs });
  }

  make(next: Move): void {
    switch (next.do) {
      case "event":
        this.post(next.event);
        break;
      case "reserve": {
        const request = reservation(next.id, {
          expiry_time: timeAt(this.bench.nowMs + next.inS * 1000),
          connector_type: next.type,
          parent_id_token: "G",
          ...(next.evse > 0 && { evse_id: next.evse }),
        });
        const wallMs = epochMs + this.bench.nowMs;
        this.post({ type: "reservationRequested", replyId: this.#ask(), request, wallMs });
        break;
      }
      case "cancel":
        this.post({ type: "cancellationRequested", replyId: this.#ask(), reservationId: next.id });
        break;
      case "withdraw":
        this.post({
          type: "withdrawalRequested",
          replyId: this.#ask(),
          request: next.evse > 0 ? { evse_id: next.evse } : {},
        });
        break;
      case "validator": {
        const stage = this.bench.state.inProcess
          .map((process) => process.stage)
          .find(({ name }) => name === "validating");
        if (stage?.name !== "validating") break;
        const answer = result(
          next.accepts ? "Accepted" : "Invalid",
          next.grouped ? { parent_id_token: group("G") } : {},
        );
        this.post({ type: "validatorAnswered", requestId: stage.requestId, result: answer });
        break;
      }
      case "evse": {
        const requestId = this.#evseRequests.shift();
        if (requestId !== undefined) this.post({ type: "evseAnswered", requestId, accepted: next.accepts });
        break;
      }
      case "wait":
        this.wait(next.s * 1000);
        break;
    }
  }

  /** Every deadline on the way is kept on time. */
  wait(ms: number): void {
    const untilMs = this.bench.nowMs + ms;
    for (;;) {
      const dueMs = this.bench.machine.deadlineMs(this.bench.state);
      if (dueMs === null || dueMs > untilMs) break;
      this.bench.nowMs = Math.max(this.bench.nowMs, dueMs);
      this.post(this.bench.machine.deadlineReached);
      const next = this.bench.machine.deadlineMs(this.bench.state);
      if (next !== null && next <= this.bench.nowMs) throw new Error(`a deadline of ${next} is not met at ${dueMs}`);
    }
    this.bench.nowMs = untilMs;
  }

  #ask(): number {
    this.#lastReply += 1;
    this.asked.add(this.#lastReply);
    return this.#lastReply;
  }

  post(event: AuthEvent): void {
    for (const effect of this.bench.post(event)) this.#hear(effect);
    this.#check();
  }

  #hear(effect: AuthEffect): void {
    this.#met.add("status" in effect ? `${effect.type} ${effect.status}` : effect.type);
    if (effect.type === "reserveAtEvse") this.#evseRequests.push(effect.requestId);
    if (effect.type === "storeReservations")
      this.stored = effect.items.map((item) => `${item.reservation.reservation_id}`);
    if ("replyId" in effect && !this.asked.delete(effect.replyId)) throw new Error(`${effect.replyId} answered twice`);
    if (effect.type === "publishStatus") this.#hearStatus(effect.token.id_token.value, effect.status);
  }

  /** Between Processing and the end of a token no other Processing of the same token. */
  #hearStatus(token: string, status: string): void {
    if (status === "Processing") {
      if (this.bench.state.inProcess.filter(({ token: { id_token } }) => id_token.value === token).length > 1) {
        throw new Error(`${token} is under way twice`);
      }
      this.open.add(token);
    } else if (status !== "Accepted" && status !== "Withdrawn" && status !== "TimedOut") {
      if (!this.open.delete(token)) throw new Error(`${token} ${status} without Processing`);
    }
  }

  #check(): void {
    const { reservations, marked, plugIns, evses } = this.bench.state;
    const named = reservations.flatMap((held) => held.evseId ?? []);
    const ids = reservations.map(({ reservation: { reservation_id } }) => reservation_id);
    const marks = marked.map((mark) => mark.evseId);
    if (new Set(named).size !== named.length) throw new Error("one EVSE reserved twice");
    if (new Set(ids).size !== ids.length) throw new Error("one number twice");
    if (new Set(marks).size !== marks.length) throw new Error("one EVSE marked twice");
    if (marks.some((evse) => named.includes(evse))) throw new Error("marked for nobody and reserved for somebody");
    if (reservations.length > evses.length) throw new Error("more reservations than EVSEs");
    if (new Set(plugIns).size !== plugIns.length) throw new Error("one car waits twice");
    for (const evse of evses) {
      if (evse.identifier === null && evse.authorizedUntilMs !== null) throw new Error("a time for no authorisation");
      if (evse.identifier !== null && plugIns.includes(evse.id)) throw new Error("authorised and waiting");
    }
    const placed = reservations.filter(({ stage }) => stage.name === "placed");
    if (placed.map(({ reservation: { reservation_id } }) => `${reservation_id}`).join() !== this.stored.join()) {
      throw new Error(`stored ${this.stored}, placed ${ids}`);
    }
  }
}

t.test("whatever comes in whatever order", async (t) => {
  const met = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(...selectionAlgorithms),
      fc.array(move, { minLength: 10, maxLength: 60 }),
      (algorithm, moves) => {
        const run = new Run(algorithm, met);
        for (const next of moves) run.make(next);
        run.wait(600_000);
        // Everything that waits has a deadline.
        if (run.asked.size > 0) throw new Error(`never answered: ${[...run.asked]}`);
        const { inProcess, reservations } = run.bench.state;
        if (inProcess.length > 0 || reservations.length > 0) throw new Error("something waits for ever");
        if (run.bench.machine.deadlineMs(run.bench.state) !== null) throw new Error("a deadline is left");
      },
    ),
    { seed: 42, numRuns: 1000 },
  );
  t.same(
    [...met].sort(),
    [
      "answerCancellation",
      "answerReservation",
      "answerWithdrawal",
      "askValidator",
      "cancelAtEvse",
      "complain",
      "loadReservations",
      "publishStatus Accepted",
      "publishStatus Processing",
      "publishStatus Rejected",
      "publishStatus TimedOut",
      "publishStatus UsedToStart",
      "publishStatus UsedToStop",
      "publishStatus Withdrawn",
      "reservationUpdate Expired",
      "reservationUpdate Placed",
      "reservationUpdate Removed",
      "reserveAtEvse",
      "stopTransaction",
      "storeReservations",
      "tellEvse",
      "withdrawAtEvse",
    ],
    "and everything was met on the way",
  );
});
