import type { Mailbox, ModuleFactory } from "../../../hal/module.ts";
import type { RunningProgram } from "../../../hal/programs.ts";
import type { UpdateEffect } from "../../core/system/firmware-update.ts";
import { createUpdateMachine, initialUpdateState } from "../../core/system/firmware-update.ts";
import type { LogUploadEffect } from "../../core/system/log-upload.ts";
import { createLogUploadMachine, initialLogUploadState } from "../../core/system/log-upload.ts";
import type { ProgramEvent, ProgramRun } from "../../core/system/program-run.ts";
import type { ResetEffect } from "../../core/system/reset.ts";
import { createResetMachine, initialResetState } from "../../core/system/reset.ts";
import type { SystemTimeEffect } from "../../core/system/system-time.ts";
import { createSystemTimeMachine, initialSystemTimeState } from "../../core/system/system-time.ts";
import type { manifest } from "./manifest.ts";

/** Source: Charge Control C facts, section 10; downloads go to the partition that is there for them. */
const files = {
  image: "/srv/firmware-update.image",
  certificate: "/srv/firmware-update.pem",
  publicKey: "/srv/firmware-update.pub",
  signatureText: "/srv/firmware-update.b64",
  signature: "/srv/firmware-update.sig",
  mark: "/var/lib/everest/.ocpp_fw_installed",
};
const logFolder = "/tmp";
const reasonKey = "ocpp_boot_reason";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, config, log, programs } = context;
  const [store] = context.require("store");
  const running = new Set<RunningProgram>();
  const replies = new Map<number, (result: never) => void>();
  let asked = 0;

  const retries = {
    defaultRetries: config.default_retries,
    defaultRetryIntervalMs: config.default_retry_interval * 1000,
  };
  const update = context.machine(
    "firmware_update",
    createUpdateMachine({ files, ...retries }),
    initialUpdateState,
    performUpdate,
  );
  const logs = context.machine(
    "log_upload",
    createLogUploadMachine({ folder: logFolder, root: "", ...retries }),
    initialLogUploadState,
    performLogs,
  );
  const reset = context.machine(
    "reset",
    createResetMachine({ delayMs: config.reset_delay * 1000, hasStore: store !== undefined }),
    initialResetState,
    performReset,
  );
  const time = context.machine(
    "system_time",
    createSystemTimeMachine(config.min_time_deviation),
    initialSystemTimeState,
    performTime,
  );

  function keep<R>(reply: (result: R) => void): number {
    asked += 1;
    replies.set(asked, reply as (result: never) => void);
    return asked;
  }

  function answer(replyId: number, result: unknown): void {
    replies.get(replyId)?.(result as never);
    replies.delete(replyId);
  }

  const main = context.provide("main", {
    update_firmware: ({ firmware_update_request: request }, reply) =>
      update.post({ type: "requested", replyId: keep(reply), request, wallMs: clock.wallTimeMs() }),
    allow_firmware_installation: (_args, reply) => reply(undefined),
    upload_logs: ({ upload_logs_request: request }, reply) =>
      logs.post({ type: "requested", replyId: keep(reply), request, wallMs: clock.wallTimeMs() }),
    is_reset_allowed: (_args, reply) => reply(true),
    reset: ({ type, scheduled }, reply) => {
      log.info("system.reset", { type, scheduled, delay_s: config.reset_delay });
      reset.post({ type: "resetRequested", kind: type });
      reply(undefined);
    },
    set_system_time: ({ timestamp }, reply) =>
      time.post({ type: "requested", replyId: keep(reply), timestamp, wallMs: clock.wallTimeMs() }),
    get_boot_reason: (_args, reply) => reset.post({ type: "reasonRequested", replyId: keep(reply) }),
  });

  /** One machine runs one program after the other, so that the last one is the one to stop. */
  function runner(mailbox: () => Mailbox<unknown, ProgramEvent>) {
    const runs = new Map<number, RunningProgram>();
    return {
      run({ run, program, args }: ProgramRun): void {
        log.debug("system.program", { program });
        const started = programs.run(program, args, {
          printed: (line) => mailbox().post({ type: "programPrinted", run, line }),
          ended: ({ code, output }) => {
            runs.delete(run);
            running.delete(started);
            if (code !== 0) log.warn("system.program_failed", { program, code, output: output.slice(-500) });
            mailbox().post({ type: "programEnded", run, code, output });
          },
        });
        runs.set(run, started);
        running.add(started);
      },
      stop: (run: number): void => runs.get(run)?.stop(),
    };
  }
  const updateRuns = runner(() => update);
  const logRuns = runner(() => logs);
  const timeRuns = runner(() => time);

  function performUpdate(effect: UpdateEffect): void {
    switch (effect.type) {
      case "run":
        updateRuns.run(effect);
        return;
      case "stop":
        updateRuns.stop(effect.run);
        return;
      case "write":
        context.files.write(effect.path, effect.text, (error) => {
          if (error !== undefined) log.error("system.not_written", { file: effect.path, complaint: error.message });
          update.post({ type: "fileWritten", run: effect.run, written: error === undefined });
        });
        return;
      case "answer":
        answer(effect.replyId, effect.answer);
        return;
      case "publish": {
        const told = { firmware_update_status: effect.status, request_id: effect.requestId };
        log.info("system.firmware_update", told);
        context.emit("firmware_update", told);
        main.publish("firmware_update_status", told);
        return;
      }
      case "progress":
        log.info("system.firmware_progress", { percent: effect.percent, step: effect.step });
        context.emit("firmware_progress", { percent: effect.percent, step: effect.step });
        return;
    }
  }

  function performLogs(effect: LogUploadEffect): void {
    switch (effect.type) {
      case "run":
        logRuns.run(effect);
        return;
      case "stop":
        logRuns.stop(effect.run);
        return;
      case "answer":
        answer(effect.replyId, effect.answer);
        return;
      case "publish": {
        const told = { log_status: effect.status, request_id: effect.requestId };
        log.info("system.log_upload", told);
        context.emit("log_upload", told);
        main.publish("log_status", told);
        return;
      }
    }
  }

  function performReset(effect: ResetEffect): void {
    switch (effect.type) {
      case "run":
        programs.run(effect.program, effect.args, {
          ended: ({ code, output }) => log.info("system.restarting", { program: effect.program, code, output }),
        });
        return;
      case "storeReason":
        // One that somebody else has left there says more.
        store?.call("exists", { key: reasonKey }, (isThere) => {
          if (!isThere) store.call("store", { key: reasonKey, value: effect.reason });
        });
        return;
      case "takeReason":
        store?.call("load", { key: reasonKey }, (reason) => {
          if (reason !== null) store.call("delete", { key: reasonKey });
          reset.post({ type: "reasonLoaded", reason });
        });
        return;
      case "answerReason":
        answer(effect.replyId, effect.reason);
        return;
      case "endDaemon":
        programs.endDaemon();
        return;
    }
  }

  function performTime(effect: SystemTimeEffect): void {
    switch (effect.type) {
      case "run":
        timeRuns.run(effect);
        return;
      case "stop":
        timeRuns.stop(effect.run);
        return;
      case "answer":
        answer(effect.replyId, effect.isSet);
        return;
    }
  }

  /** What an update has left for the start after it. */
  function readMark(): string | null {
    try {
      const content = context.files.read(files.mark);
      return content === undefined ? null : new TextDecoder().decode(content);
    } catch (error) {
      log.warn("system.mark", { file: files.mark, complaint: (error as Error).message });
      return null;
    }
  }

  return {
    ready: () => {
      const mark = readMark();
      reset.post({ type: "started", isUpdated: mark !== null && mark.trim() !== "" });
      update.post({ type: "started", mark });
    },
    stop: () => {
      for (const program of running) program.stop();
    },
  };
};
