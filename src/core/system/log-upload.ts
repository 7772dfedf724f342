/** Logs of the machine: gathered into one archive, and sent away. Source: Charge Control C facts, section 10. */
import type { Machine, Step } from "../machine.ts";
import { collect } from "./log-collection.ts";
import type { ProgramEvent, ProgramRun } from "./program-run.ts";
import { remove, upload } from "./program-run.ts";
import { timing } from "./timing.ts";

export const logStatuses = [
  "BadMessage",
  "Idle",
  "NotSupportedOperation",
  "PermissionDenied",
  "Uploaded",
  "UploadFailure",
  "Uploading",
  "AcceptedCanceled",
] as const;
export type LogStatus = (typeof logStatuses)[number];

export const logAnswers = ["Accepted", "Rejected", "AcceptedCanceled"] as const;

export interface LogUploadRequest {
  readonly location: string;
  /** A name for the archive. */
  readonly type?: string;
  readonly request_id?: number;
  readonly retries?: number;
  readonly retry_interval_s?: number;
  /** RFC 3339, as the next one. */
  readonly oldest_timestamp?: string;
  readonly latest_timestamp?: string;
}

export interface LogAnswer {
  readonly upload_logs_status: (typeof logAnswers)[number];
  readonly file_name?: string;
}

export interface LogUploadOptions {
  readonly folder: string;
  /** What the configuration lies below. */
  readonly root: string;
  readonly defaultRetries: number;
  readonly defaultRetryIntervalMs: number;
}

interface Job {
  readonly request: LogUploadRequest;
  readonly replyId: number;
  readonly fileName: string;
  readonly triesLeft: number;
  /** It took the place of another one. */
  readonly hasReplaced: boolean;
}

export type LogUploadState = { readonly run: number } & (
  | { readonly name: "idle" }
  | { readonly name: "collecting" | "uploading" | "pausing"; readonly job: Job; readonly untilMs: number }
);

export type LogUploadEvent =
  | ProgramEvent
  | {
      readonly type: "requested";
      readonly replyId: number;
      readonly request: LogUploadRequest;
      readonly wallMs: number;
    }
  | { readonly type: "deadlineReached" };

export type LogUploadEffect =
  | ProgramRun
  | { readonly type: "stop"; readonly run: number }
  | { readonly type: "answer"; readonly replyId: number; readonly answer: LogAnswer }
  | { readonly type: "publish"; readonly status: LogStatus; readonly requestId: number };

type Outcome = Step<LogUploadState, LogUploadEffect>;
type Busy = Exclude<LogUploadState, { name: "idle" }>;

export const initialLogUploadState: LogUploadState = { name: "idle", run: 0 };

const noRequestId = -1;

/** Exit status of curl that says more than that it failed. */
const told: Readonly<Record<number, LogStatus>> = {
  1: "NotSupportedOperation",
  3: "BadMessage",
  6: "BadMessage",
  10: "BadMessage",
  87: "BadMessage",
  9: "PermissionDenied",
  35: "PermissionDenied",
  67: "PermissionDenied",
  69: "PermissionDenied",
};

export function createLogUploadMachine(
  options: LogUploadOptions,
): Machine<LogUploadState, LogUploadEvent, LogUploadEffect> {
  const archiveOf = ({ fileName }: Job): string => `${options.folder}/${fileName}`;

  const publish = ({ request }: Job, status: LogStatus): LogUploadEffect => ({
    type: "publish",
    status,
    requestId: request.request_id ?? noRequestId,
  });

  const answer = ({ replyId, fileName, hasReplaced }: Job, isThere: boolean): LogUploadEffect => ({
    type: "answer",
    replyId,
    answer: isThere
      ? { upload_logs_status: hasReplaced ? "AcceptedCanceled" : "Accepted", file_name: fileName }
      : { upload_logs_status: "Rejected" },
  });

  function end(run: number, job: Job, ...effects: LogUploadEffect[]): Outcome {
    const cleaned: LogUploadEffect = { type: "run", run: run + 1, ...remove(archiveOf(job)) };
    return { state: { name: "idle", run: run + 1 }, effects: [...effects, cleaned] };
  }

  function send(run: number, job: Job, nowMs: number, ...effects: LogUploadEffect[]): Outcome {
    const sending: LogUploadEffect = { type: "run", run: run + 1, ...upload(archiveOf(job), job.request.location) };
    return {
      state: { name: "uploading", run: run + 1, job, untilMs: nowMs + timing.uploadMs },
      effects: [...effects, publish(job, "Uploading"), sending],
    };
  }

  function failed(state: Busy, code: number | null, nowMs: number): Outcome {
    const { run, job } = state;
    if (state.name === "collecting") return end(run, job, answer(job, false));
    const status = (code === null ? undefined : told[code]) ?? "UploadFailure";
    if (job.triesLeft <= 1) return end(run, job, publish(job, status));
    const interval = job.request.retry_interval_s;
    const pauseMs = interval === undefined ? options.defaultRetryIntervalMs : interval * 1000;
    return {
      state: { name: "pausing", run, job: { ...job, triesLeft: job.triesLeft - 1 }, untilMs: nowMs + pauseMs },
      effects: [],
    };
  }

  function requested(
    state: LogUploadState,
    { replyId, request, wallMs }: Extract<LogUploadEvent, { type: "requested" }>,
    nowMs: number,
  ): Outcome {
    const run = state.run + 1;
    const job: Job = {
      request,
      replyId,
      fileName: fileName(request, wallMs),
      triesLeft: request.retries ?? options.defaultRetries,
      hasReplaced: state.name !== "idle",
    };
    const replaced: LogUploadEffect[] = [];
    if (state.name !== "idle") {
      replaced.push({ type: "stop", run: state.run });
      replaced.push(state.name === "collecting" ? answer(state.job, false) : publish(state.job, "AcceptedCanceled"));
    }
    return {
      state: { name: "collecting", run, job, untilMs: nowMs + timing.collectMs },
      effects: [...replaced, { type: "run", run, ...collect(archiveOf(job), options.root, request) }],
    };
  }

  return {
    step(state, event, nowMs) {
      if (event.type === "requested") return requested(state, event, nowMs);
      if (state.name === "idle") return { state, effects: [] };
      if (event.type === "deadlineReached") {
        if (nowMs < state.untilMs) return { state, effects: [] };
        if (state.name === "pausing") return send(state.run, state.job, nowMs);
        const given = failed(state, null, nowMs);
        return { state: given.state, effects: [{ type: "stop", run: state.run }, ...given.effects] };
      }
      if (event.type !== "programEnded" || event.run !== state.run) return { state, effects: [] };
      if (event.code !== 0) return failed(state, event.code, nowMs);
      const { run, job } = state;
      if (state.name === "collecting") return send(run, job, nowMs, answer(job, true));
      return state.name === "uploading" ? end(run, job, publish(job, "Uploaded")) : { state, effects: [] };
    },
    deadlineMs: (state) => (state.name === "idle" ? null : state.untilMs),
    deadlineReached: { type: "deadlineReached" },
  };
}

/** `diagnostics_2026-01-01T00-00-00Z.tar.gz` */
function fileName({ type }: LogUploadRequest, wallMs: number): string {
  const name = (type ?? "").replaceAll(/[^A-Za-z0-9_-]/g, "");
  const time = new Date(wallMs).toISOString().slice(0, 19).replaceAll(":", "-");
  return `${name === "" ? "diagnostics" : name}_${time}Z.tar.gz`;
}
