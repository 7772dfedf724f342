/**
 * Another firmware: fetched, where it is signed verified, installed by RAUC into the slot that is not in use, and started. A mark
 * on the disk outlives the restart and tells what became of it. Source: Charge Control C facts, section 10.
 */
import type { Machine, Step } from "../machine.ts";
import type { ProgramEvent, ProgramRun } from "./program-run.ts";
import { download, reboot, remove } from "./program-run.ts";
import * as rauc from "./rauc.ts";
import { timing } from "./timing.ts";

export const firmwareStatuses = [
  "Downloaded",
  "DownloadFailed",
  "Downloading",
  "DownloadScheduled",
  "DownloadPaused",
  "Idle",
  "InstallationFailed",
  "Installing",
  "Installed",
  "InstallRebooting",
  "InstallScheduled",
  "InstallVerificationFailed",
  "InvalidSignature",
  "SignatureVerified",
] as const;
export type FirmwareStatus = (typeof firmwareStatuses)[number];

export const updateAnswers = [
  "Accepted",
  "Rejected",
  "AcceptedCanceled",
  "InvalidCertificate",
  "RevokedCertificate",
] as const;
export type UpdateAnswer = (typeof updateAnswers)[number];

export interface UpdateRequest {
  readonly location: string;
  /** -1: the request of a back end that knows no signatures. */
  readonly request_id: number;
  readonly retries?: number;
  readonly retry_interval_s?: number;
  /** RFC 3339, as the next one. */
  readonly retrieve_timestamp?: string;
  readonly install_timestamp?: string;
  /** PEM. */
  readonly signing_certificate?: string;
  /** Base64, RSA-PSS over SHA-256. */
  readonly signature?: string;
}

export const unsignedRequestId = -1;

export interface UpdateFiles {
  readonly image: string;
  readonly certificate: string;
  readonly publicKey: string;
  readonly signatureText: string;
  readonly signature: string;
  /** Outlives the restart: the slot the update went to, and the request it was. */
  readonly mark: string;
}

export interface UpdateOptions {
  readonly files: UpdateFiles;
  readonly defaultRetries: number;
  readonly defaultRetryIntervalMs: number;
}

interface Update {
  readonly request: UpdateRequest;
  readonly triesLeft: number;
  /** Not before then; null = as soon as it can be. */
  readonly installAtMs: number | null;
  /** The slot it goes to, once that is known. */
  readonly slot: string;
}

const stepNames = [
  "download",
  "certificate",
  "signatureText",
  "publicKey",
  "signature",
  "verify",
  "slots",
  "mark",
  "install",
  "judge",
] as const;
type StepName = (typeof stepNames)[number];

/** `run`: of the last program, which may have to be stopped. */
export type UpdateState = { readonly run: number } & (
  | { readonly name: "idle" }
  /** The first start after an update: which slot is this? */
  | { readonly name: "lookingBack"; readonly slot: string; readonly requestId: number; readonly untilMs: number }
  | { readonly name: "downloadScheduled"; readonly update: Update; readonly untilMs: number }
  | { readonly name: "working"; readonly update: Update; readonly step: StepName; readonly untilMs: number }
  | { readonly name: "installScheduled"; readonly update: Update; readonly untilMs: number }
  | { readonly name: "rebooting"; readonly update: Update; readonly untilMs: number }
);

type Working = Extract<UpdateState, { name: "working" }>;

export type UpdateEvent =
  | ProgramEvent
  /** `mark`: what stands in its file, null without one. */
  | { readonly type: "started"; readonly mark: string | null }
  | {
      readonly type: "requested";
      readonly replyId: number;
      readonly request: UpdateRequest;
      readonly wallMs: number;
    }
  | { readonly type: "fileWritten"; readonly run: number; readonly written: boolean }
  | { readonly type: "deadlineReached" };

export type UpdateEffect =
  | ProgramRun
  | { readonly type: "stop"; readonly run: number }
  | { readonly type: "write"; readonly run: number; readonly path: string; readonly text: string }
  | { readonly type: "answer"; readonly replyId: number; readonly answer: UpdateAnswer }
  | { readonly type: "publish"; readonly status: FirmwareStatus; readonly requestId: number }
  | { readonly type: "progress"; readonly percent: number; readonly step: string };

type Outcome = Step<UpdateState, UpdateEffect>;

export const initialUpdateState: UpdateState = { name: "idle", run: 0 };

interface StepOfUpdate {
  readonly work: (
    update: Update,
    files: UpdateFiles,
  ) =>
    | { readonly program: string; readonly args: readonly string[] }
    | { readonly path: string; readonly text: string };
  readonly withinMs: number;
  readonly announced?: FirmwareStatus;
  readonly done?: FirmwareStatus;
  readonly failed: FirmwareStatus;
}

const steps: Readonly<Record<StepName, StepOfUpdate>> = {
  download: {
    work: ({ request }, files) => download(request.location, files.image),
    withinMs: timing.downloadMs,
    announced: "Downloading",
    done: "Downloaded",
    failed: "DownloadFailed",
  },
  certificate: {
    work: ({ request }, files) => ({ path: files.certificate, text: request.signing_certificate ?? "" }),
    withinMs: timing.lookUpMs,
    failed: "InstallVerificationFailed",
  },
  signatureText: {
    work: ({ request }, files) => ({ path: files.signatureText, text: request.signature ?? "" }),
    withinMs: timing.lookUpMs,
    failed: "InstallVerificationFailed",
  },
  publicKey: {
    work: (_update, files) => ({
      program: "openssl",
      args: ["x509", "-in", files.certificate, "-pubkey", "-noout", "-out", files.publicKey],
    }),
    withinMs: timing.lookUpMs,
    failed: "InvalidSignature",
  },
  signature: {
    work: (_update, files) => ({
      program: "openssl",
      args: ["base64", "-d", "-A", "-in", files.signatureText, "-out", files.signature],
    }),
    withinMs: timing.lookUpMs,
    failed: "InvalidSignature",
  },
  verify: {
    work: (_update, files) => ({
      program: "openssl",
      args: [
        "dgst",
        "-sha256",
        "-sigopt",
        "rsa_padding_mode:pss",
        "-sigopt",
        "rsa_pss_saltlen:-2",
        "-verify",
        files.publicKey,
        "-signature",
        files.signature,
        files.image,
      ],
    }),
    withinMs: timing.installMs,
    done: "SignatureVerified",
    failed: "InvalidSignature",
  },
  slots: { work: () => rauc.status, withinMs: timing.lookUpMs, failed: "InstallationFailed" },
  mark: {
    work: ({ request, slot }, files) => ({ path: files.mark, text: `${slot}\n${request.request_id}\n` }),
    withinMs: timing.lookUpMs,
    failed: "InstallationFailed",
  },
  install: {
    work: (_update, files) => rauc.install(files.image),
    withinMs: timing.installMs,
    announced: "Installing",
    failed: "InstallationFailed",
  },
  judge: { work: () => rauc.status, withinMs: timing.lookUpMs, failed: "InstallationFailed" },
};

/** From here on it is not called off any more. */
const pointOfNoReturn = stepNames.indexOf("mark");

const isSigned = ({ request_id }: UpdateRequest): boolean => request_id !== unsignedRequestId;

export function createUpdateMachine(options: UpdateOptions): Machine<UpdateState, UpdateEvent, UpdateEffect> {
  const { files } = options;

  const publish = ({ request }: Update, status: FirmwareStatus): UpdateEffect => ({
    type: "publish",
    status,
    requestId: request.request_id,
  });

  function begin(run: number, update: Update, step: StepName, nowMs: number): Outcome {
    const { work, withinMs, announced } = steps[step];
    const next = run + 1;
    const wanted = work(update, files);
    const effect: UpdateEffect =
      "path" in wanted ? { type: "write", run: next, ...wanted } : { type: "run", run: next, ...wanted };
    return {
      state: { name: "working", run: next, update, step, untilMs: nowMs + withinMs },
      effects: [...(announced === undefined ? [] : [publish(update, announced)]), effect],
    };
  }

  function giveUp(run: number, update: Update, status: FirmwareStatus): Outcome {
    return {
      state: { name: "idle", run: run + 1 },
      effects: [publish(update, status), { type: "run", run: run + 1, ...remove(...Object.values(files)) }],
    };
  }

  function failed({ run, update, step }: Working, nowMs: number): Outcome {
    const status = steps[step].failed;
    if (step !== "download" || update.triesLeft <= 1) return giveUp(run, update, status);
    const interval = update.request.retry_interval_s;
    const pauseMs = interval === undefined ? options.defaultRetryIntervalMs : interval * 1000;
    return {
      state: {
        name: "downloadScheduled",
        run,
        update: { ...update, triesLeft: update.triesLeft - 1 },
        untilMs: nowMs + pauseMs,
      },
      effects: [publish(update, status)],
    };
  }

  /** What comes after a step that did what it should. */
  function after(state: Working, output: string, nowMs: number): Outcome {
    const { run, step } = state;
    const { done } = steps[step];
    const told = done === undefined ? [] : [publish(state.update, done)];
    const going = (next: StepName, update = state.update): Outcome => {
      const { state: working, effects } = begin(run, update, next, nowMs);
      return { state: working, effects: [...told, ...effects] };
    };
    switch (step) {
      case "download":
        return going(isSigned(state.update.request) ? "certificate" : "slots");
      case "verify": {
        const { installAtMs } = state.update;
        if (installAtMs === null || installAtMs <= nowMs) return going("slots");
        return {
          state: { name: "installScheduled", run, update: state.update, untilMs: installAtMs },
          effects: [...told, publish(state.update, "InstallScheduled")],
        };
      }
      case "slots": {
        const slot = rauc.inactiveSlot(rauc.readStatus(output));
        return slot === null ? failed(state, nowMs) : going("mark", { ...state.update, slot });
      }
      case "judge":
        if (!rauc.isInstalled(rauc.readStatus(output))) return failed(state, nowMs);
        return {
          state: { name: "rebooting", run, update: state.update, untilMs: nowMs + timing.rebootMs },
          effects: [publish(state.update, "InstallRebooting")],
        };
      default:
        return going(stepNames[stepNames.indexOf(step) + 1] as StepName);
    }
  }

  function requested(state: UpdateState, event: Extract<UpdateEvent, { type: "requested" }>, nowMs: number): Outcome {
    const { replyId, request, wallMs } = event;
    const answer = (answer: UpdateAnswer): UpdateEffect => ({ type: "answer", replyId, answer });
    const isComplete =
      !isSigned(request) || (request.signing_certificate !== undefined && request.signature !== undefined);
    if (!isComplete || !mayReplace(state, request)) return { state, effects: [answer("Rejected")] };
    const isReplaced = state.name !== "idle" && state.name !== "lookingBack";
    const stopped: UpdateEffect[] = state.name === "working" ? [{ type: "stop", run: state.run }] : [];
    const inMs = (timestamp: string | undefined): number | null =>
      timestamp === undefined ? null : nowMs + Math.max(0, Date.parse(timestamp) - wallMs);
    const update: Update = {
      request,
      triesLeft: request.retries ?? options.defaultRetries,
      installAtMs: inMs(request.install_timestamp),
      slot: "",
    };
    const answered = [...stopped, answer(isReplaced ? "AcceptedCanceled" : "Accepted")];
    const retrieveAtMs = inMs(request.retrieve_timestamp) ?? nowMs;
    if (retrieveAtMs > nowMs) {
      const told = isSigned(request) ? [publish(update, "DownloadScheduled")] : [];
      return {
        state: { name: "downloadScheduled", run: state.run, update, untilMs: retrieveAtMs },
        effects: [...answered, ...told],
      };
    }
    const begun = begin(state.run, update, "download", nowMs);
    return { state: begun.state, effects: [...answered, ...begun.effects] };
  }

  function deadlineReached(state: UpdateState, nowMs: number): Outcome {
    if (state.name === "idle" || nowMs < state.untilMs) return { state, effects: [] };
    switch (state.name) {
      case "lookingBack":
        return told(state, null);
      case "downloadScheduled":
        return begin(state.run, state.update, "download", nowMs);
      case "installScheduled":
        return begin(state.run, state.update, "slots", nowMs);
      case "working": {
        const given = failed(state, nowMs);
        return { state: given.state, effects: [{ type: "stop", run: state.run }, ...given.effects] };
      }
      case "rebooting":
        return {
          state: { name: "idle", run: state.run + 1 },
          effects: [{ type: "run", run: state.run + 1, ...reboot }],
        };
    }
  }

  /** What became of the update before this start. */
  function told(
    { run, slot, requestId }: Extract<UpdateState, { name: "lookingBack" }>,
    booted: string | null,
  ): Outcome {
    return {
      state: { name: "idle", run: run + 1 },
      effects: [
        { type: "publish", status: booted === slot ? "Installed" : "InstallationFailed", requestId },
        { type: "run", run: run + 1, ...remove(...Object.values(files)) },
      ],
    };
  }

  function ended(state: UpdateState, run: number, isGood: boolean, output: string, nowMs: number): Outcome {
    if (run !== state.run) return { state, effects: [] };
    if (state.name === "lookingBack") return told(state, isGood ? rauc.readStatus(output).booted : null);
    if (state.name !== "working") return { state, effects: [] };
    return isGood ? after(state, output, nowMs) : failed(state, nowMs);
  }

  return {
    step(state, event, nowMs) {
      switch (event.type) {
        case "started": {
          const [slot = "", id = ""] = event.mark?.split("\n") ?? [];
          if (slot === "") return { state, effects: [] };
          const run = state.run + 1;
          const requestId = /^-?\d+$/.test(id) ? Number(id) : unsignedRequestId;
          return {
            state: { name: "lookingBack", run, slot, requestId, untilMs: nowMs + timing.lookUpMs },
            effects: [{ type: "run", run, ...rauc.status }],
          };
        }
        case "requested":
          return requested(state, event, nowMs);
        case "programPrinted": {
          const isInstalling = state.name === "working" && state.step === "install" && state.run === event.run;
          const progress = isInstalling ? rauc.readProgress(event.line) : null;
          return { state, effects: progress === null ? [] : [{ type: "progress", ...progress }] };
        }
        case "programEnded":
          return ended(state, event.run, event.code === 0, event.output, nowMs);
        case "fileWritten":
          return ended(state, event.run, event.written, "", nowMs);
        case "deadlineReached":
          return deadlineReached(state, nowMs);
      }
    },
    deadlineMs: (state) => (state.name === "idle" ? null : state.untilMs),
    deadlineReached: { type: "deadlineReached" },
  };
}

/** A request without signatures never calls off another one, and nothing calls off an installation. */
function mayReplace(state: UpdateState, request: UpdateRequest): boolean {
  switch (state.name) {
    case "idle":
    case "lookingBack":
      return true;
    case "rebooting":
      return false;
    case "working":
      return isSigned(request) && stepNames.indexOf(state.step) < pointOfNoReturn;
    default:
      return isSigned(request);
  }
}
