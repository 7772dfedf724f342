/** The machines behind the system's commands, event by event; `test/modules/cb-system` lets them run real programs. */
import t from "tap";
import type { Machine } from "../../../src/core/machine.ts";
import type { UpdateEffect, UpdateRequest } from "../../../src/core/system/firmware-update.ts";
import { createUpdateMachine, initialUpdateState } from "../../../src/core/system/firmware-update.ts";
import type { LogUploadRequest } from "../../../src/core/system/log-upload.ts";
import { createLogUploadMachine, initialLogUploadState } from "../../../src/core/system/log-upload.ts";
import { inactiveSlot, isInstalled, readProgress, readStatus } from "../../../src/core/system/rauc.ts";
import type { ResetOptions } from "../../../src/core/system/reset.ts";
import { createResetMachine, initialResetState } from "../../../src/core/system/reset.ts";
import { createSystemTimeMachine, initialSystemTimeState } from "../../../src/core/system/system-time.ts";

/** Steps a machine and returns what it wants, in the words of the given function. */
function runner<S, V, E>(machine: Machine<S, V, E>, initial: S, words: (effect: E) => string) {
  let state = initial;
  return {
    step(event: V, nowMs: number): string[] {
      const { state: next, effects } = machine.step(state, event, nowMs);
      state = next;
      return effects.map(words);
    },
    late(nowMs: number): string[] {
      const { state: next, effects } = machine.step(state, machine.deadlineReached, nowMs);
      state = next;
      return effects.map(words);
    },
    deadlineMs: () => machine.deadlineMs(state),
    state: () => state,
  };
}

const files = { image: "i", certificate: "c", publicKey: "p", signatureText: "t", signature: "s", mark: "m" };

function updateWords(effect: UpdateEffect): string {
  switch (effect.type) {
    case "run":
      return `${effect.run}: ${effect.program} ${effect.args.join(" ")}`.trim();
    case "stop":
      return `stop ${effect.run}`;
    case "write":
      return `${effect.run}: write ${effect.path} ${JSON.stringify(effect.text)}`;
    case "answer":
      return `answer ${effect.replyId} ${effect.answer}`;
    case "publish":
      return `${effect.status} ${effect.requestId}`;
    case "progress":
      return `${effect.percent} % ${effect.step}`;
  }
}

const curl =
  "curl --silent --show-error --fail --connect-timeout 20 --speed-limit 1 --speed-time 60 --proto =http,https,ftp,ftps,sftp --proto-redir =http,https,ftp,ftps";
const fetching = `${curl} --location --ssl --output i --url https://example.org/a`;
const rm = "rm -f -- i c p t s m";
const statusBefore =
  "Booted from: rootfs.0 (A)\nActivated: rootfs.0\no [rootfs.1] (x)\n boot status: good\nx [rootfs.0] (x)\n boot status: good\n";
const statusAfter = statusBefore.replace("Activated: rootfs.0", "Activated: rootfs.1");

function updates(defaultRetries = 1) {
  const machine = createUpdateMachine({ files, defaultRetries, defaultRetryIntervalMs: 7000 });
  const run = runner(machine, initialUpdateState, updateWords);
  return {
    ...run,
    request: (request: Partial<UpdateRequest>, nowMs: number, wallMs = 0, replyId = 4) =>
      run.step(
        {
          type: "requested",
          replyId,
          request: { location: "https://example.org/a", request_id: -1, ...request },
          wallMs,
        },
        nowMs,
      ),
    ended: (number: number, nowMs: number, output = "", code: number | null = 0) =>
      run.step({ type: "programEnded", run: number, code, output }, nowMs),
    written: (number: number, nowMs: number, written = true) =>
      run.step({ type: "fileWritten", run: number, written }, nowMs),
  };
}

const signed = { request_id: 9, signing_certificate: "PEM", signature: "b64" };

t.test("an update without a signature, from the request to the restart", async (t) => {
  const update = updates();
  t.equal(update.deadlineMs(), null);
  t.same(update.request({}, 1000), ["answer 4 Accepted", "Downloading -1", `1: ${fetching}`]);
  t.equal(update.deadlineMs(), 3_601_000, "an hour to come down");
  t.same(update.ended(2, 1500), [], "of another run");
  t.same(update.step({ type: "programPrinted", run: 1, line: " 10% x" }, 1500), [], "no progress of a download");
  t.same(update.ended(1, 2000), ["Downloaded -1", "2: rauc status"]);
  t.equal(update.deadlineMs(), 32_000);
  t.same(update.ended(2, 3000, statusBefore), ['3: write m "rootfs.1\\n-1\\n"']);
  t.equal(update.deadlineMs(), 33_000);
  t.same(update.written(3, 4000), ["Installing -1", "4: rauc install i"]);
  t.equal(update.deadlineMs(), 3_604_000);
  t.same(update.step({ type: "programPrinted", run: 4, line: " 40% Checking bundle" }, 4100), ["40 % Checking bundle"]);
  t.same(update.step({ type: "programPrinted", run: 3, line: " 40% Checking bundle" }, 4100), [], "of another run");
  t.same(update.step({ type: "programPrinted", run: 4, line: "hello" }, 4100), []);
  t.same(update.ended(4, 5000), ["5: rauc status"]);
  t.equal(update.deadlineMs(), 35_000);
  t.same(update.ended(5, 6000, statusAfter), ["InstallRebooting -1"]);
  t.equal(update.deadlineMs(), 11_000);
  t.same(update.ended(5, 6500), [], "nothing is awaited");
  t.same(update.request(signed, 7000), ["answer 4 Rejected"]);
  t.same(update.late(10_999), []);
  t.same(update.late(11_000), ["6: reboot"]);
  t.same(update.state(), { name: "idle", run: 6 });
  t.same(update.late(20_000), []);
  t.same(update.ended(6, 20_000), []);
});

t.test("a signed update, each step and what its failure is called", async (t) => {
  const steps: readonly (readonly [does: string[], failed: string, withinMs: number])[] = [
    [["answer 4 Accepted", "Downloading 9", `1: ${fetching}`], "DownloadFailed", 3_600_000],
    [["Downloaded 9", '2: write c "PEM"'], "InstallVerificationFailed", 30_000],
    [['3: write t "b64"'], "InstallVerificationFailed", 30_000],
    [["4: openssl x509 -in c -pubkey -noout -out p"], "InvalidSignature", 30_000],
    [["5: openssl base64 -d -A -in t -out s"], "InvalidSignature", 30_000],
    [
      ["6: openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-2 -verify p -signature s i"],
      "InvalidSignature",
      3_600_000,
    ],
    [["SignatureVerified 9", "7: rauc status"], "InstallationFailed", 30_000],
    [['8: write m "rootfs.1\\n9\\n"'], "InstallationFailed", 30_000],
    [["Installing 9", "9: rauc install i"], "InstallationFailed", 3_600_000],
    [["10: rauc status"], "InstallationFailed", 30_000],
  ];
  for (const [last, [, failed, withinMs]] of steps.entries()) {
    const reached = () => {
      const update = updates();
      for (const [index, [does]] of steps.slice(0, last + 1).entries()) {
        const done =
          index === 0
            ? update.request(signed, 0)
            : [2, 3, 8].includes(index)
              ? update.written(index, 0)
              : update.ended(index, 0, statusBefore);
        t.same(done, does);
      }
      return update;
    };
    const run = last + 1;
    t.same(reached().ended(run, 0, "", 1), [`${failed} 9`, `${run + 1}: ${rm}`], failed);
    t.same(reached().ended(run, 0, "", null), [`${failed} 9`, `${run + 1}: ${rm}`]);
    t.same(reached().written(run, 0, false), [`${failed} 9`, `${run + 1}: ${rm}`]);
    const late = reached();
    t.equal(late.deadlineMs(), withinMs);
    t.same(late.late(withinMs - 1), []);
    t.same(late.late(withinMs), [`stop ${run}`, `${failed} 9`, `${run + 1}: ${rm}`]);
    t.same(late.state(), { name: "idle", run: run + 1 });
    const isEarly = last < 7;
    t.same(reached().request(signed, 0, 0, 5)[0], isEarly ? `stop ${run}` : "answer 5 Rejected");
    if (isEarly) t.equal(reached().request(signed, 0, 0, 5)[1], "answer 5 AcceptedCanceled");
    t.same(reached().request({}, 0, 0, 5), ["answer 5 Rejected"], "without a signature it takes no place");
  }
});

t.test("RAUC says that there is no other slot, and that nothing was installed", async (t) => {
  const none = updates();
  none.request({}, 0);
  none.ended(1, 0);
  t.same(none.ended(2, 0, "Booted from: rootfs.0\nx [rootfs.0]\n"), ["InstallationFailed -1", `3: ${rm}`]);
  const old = updates();
  old.request({}, 0);
  old.ended(1, 0);
  old.ended(2, 0, statusBefore);
  old.written(3, 0);
  old.ended(4, 0);
  t.same(old.ended(5, 0, statusBefore), ["InstallationFailed -1", `6: ${rm}`]);
});

t.test("a download is tried as often as asked", async (t) => {
  const asked = updates(5);
  asked.request({ retries: 2, retry_interval_s: 30 }, 0);
  t.same(asked.ended(1, 1000, "", 22), ["DownloadFailed -1"]);
  t.equal(asked.deadlineMs(), 31_000);
  t.same(asked.ended(1, 2000), [], "while it waits");
  t.same(asked.late(30_999), []);
  t.same(asked.late(31_000), ["Downloading -1", `2: ${fetching}`]);
  t.same(asked.ended(2, 32_000, "", 22), ["DownloadFailed -1", `3: ${rm}`]);
  const usual = updates(2);
  usual.request({}, 0);
  t.same(usual.ended(1, 1000, "", 22), ["DownloadFailed -1"]);
  t.equal(usual.deadlineMs(), 8000);
  t.same(usual.request({}, 2000), ["answer 4 Rejected"]);
  t.same(usual.request(signed, 2000), ["answer 4 AcceptedCanceled", "Downloading 9", `2: ${fetching}`]);
});

t.test("an update at another time", async (t) => {
  const wallMs = Date.UTC(2026, 0, 1);
  const plain = updates();
  const later = { retrieve_timestamp: "2026-01-01T00:00:10Z", install_timestamp: "2026-01-01T00:01:00Z" };
  t.same(plain.request(later, 500, wallMs), ["answer 4 Accepted"], "who knows no signatures knows no schedule");
  t.equal(plain.deadlineMs(), 10_500);
  const update = updates();
  t.same(update.request({ ...signed, ...later }, 500, wallMs), ["answer 4 Accepted", "DownloadScheduled 9"]);
  t.equal(update.deadlineMs(), 10_500);
  t.same(update.late(10_499), []);
  t.same(update.late(10_500), ["Downloading 9", `1: ${fetching}`]);
  update.ended(1, 11_000);
  update.written(2, 11_000);
  update.written(3, 11_000);
  update.ended(4, 11_000);
  update.ended(5, 11_000);
  t.same(update.ended(6, 12_000), ["SignatureVerified 9", "InstallScheduled 9"]);
  t.equal(update.deadlineMs(), 60_500);
  t.same(update.ended(6, 13_000), []);
  t.same(update.late(60_499), []);
  t.same(update.late(60_500), ["7: rauc status"]);

  const past = updates();
  const gone = { retrieve_timestamp: "2025-01-01T00:00:00Z", install_timestamp: "2025-01-01T00:00:00Z" };
  t.equal(past.request({ ...signed, ...gone }, 500, wallMs)[1], "Downloading 9");
  past.ended(1, 600);
  past.written(2, 600);
  past.written(3, 600);
  past.ended(4, 600);
  past.ended(5, 600);
  t.same(past.ended(6, 600), ["SignatureVerified 9", "7: rauc status"]);
  const now = updates();
  t.equal(now.request({ retrieve_timestamp: "2026-01-01T00:00:00Z" }, 500, wallMs)[1], "Downloading -1");
});

t.test("a signed update needs both, certificate and signature", async (t) => {
  t.same(updates().request({ request_id: 9, signing_certificate: "PEM" }, 0), ["answer 4 Rejected"]);
  t.same(updates().request({ request_id: 9, signature: "b64" }, 0), ["answer 4 Rejected"]);
});

t.test("the start after an update", async (t) => {
  const started = (mark: string | null) => {
    const update = updates();
    return { ...update, first: update.step({ type: "started", mark }, 100) };
  };
  t.same(started(null).first, []);
  t.same(started("").first, []);
  const fresh = started("rootfs.1\n12\n");
  t.same(fresh.first, ["1: rauc status"]);
  t.equal(fresh.deadlineMs(), 30_100);
  t.same(fresh.ended(1, 200, "Booted from: rootfs.1\n"), ["Installed 12", `2: ${rm}`]);
  t.same(fresh.state(), { name: "idle", run: 2 });
  t.same(started("rootfs.1\n12\n").ended(1, 200, "Booted from: rootfs.0\n"), ["InstallationFailed 12", `2: ${rm}`]);
  t.same(started("rootfs.1\n-1\n").ended(1, 200, "Booted from: rootfs.1\n", 1), ["InstallationFailed -1", `2: ${rm}`]);
  t.same(started("rootfs.1\nx12\n").ended(1, 200, "Booted from: rootfs.1\n"), ["Installed -1", `2: ${rm}`]);
  t.same(started("rootfs.1\n12x\n").ended(1, 200, "Booted from: rootfs.1\n"), ["Installed -1", `2: ${rm}`]);
  t.same(started("rootfs.1").ended(1, 200, "Booted from: rootfs.1\n"), ["Installed -1", `2: ${rm}`]);
  const silent = started("rootfs.1\n12\n");
  t.same(silent.late(30_099), []);
  t.same(silent.late(30_100), ["InstallationFailed 12", `2: ${rm}`]);
  const asked = started("rootfs.1\n12\n");
  t.same(asked.request({}, 200), ["answer 4 Accepted", "Downloading -1", `2: ${fetching}`], "a new one may come");
});

t.test("what RAUC says", async (t) => {
  const status = readStatus(
    "\u001b[1mBooted from:\u001b[0m rootfs.1 (B)\n Activated: rootfs.0\no [rootfs.0]\nx [rootfs.1]\n",
  );
  t.same(status, { booted: "rootfs.1", activated: "rootfs.0", slots: ["rootfs.0", "rootfs.1"], good: 0 });
  t.equal(inactiveSlot(status), "rootfs.0");
  t.equal(inactiveSlot({ ...status, booted: null }), null);
  t.equal(inactiveSlot({ ...status, slots: ["rootfs.1"] }), null);
  t.same(readStatus(""), { booted: null, activated: null, slots: [], good: 0 });
  for (const [difference, installed] of [
    [{ good: 2 }, true],
    [{ good: 1 }, false],
    [{ good: 2, booted: null }, false],
    [{ good: 2, activated: null }, false],
    [{ good: 2, activated: "rootfs.1" }, false],
  ] as const) {
    t.equal(isInstalled({ ...status, ...difference }), installed, JSON.stringify(difference));
  }
  t.same(readProgress(" 40% Checking bundle "), { percent: 40, step: "Checking bundle" });
  t.equal(readProgress("40 Checking"), null);
});

function logs(defaultRetries = 1) {
  const options = { folder: "/tmp/logs", root: "/r", defaultRetries, defaultRetryIntervalMs: 500 };
  const run = runner(createLogUploadMachine(options), initialLogUploadState, (effect) => {
    switch (effect.type) {
      case "run": {
        const [dash, , ...rest] = effect.args;
        return `${effect.run}: ${[effect.program, ...(dash === "-c" ? rest : effect.args)].join(" ")}`;
      }
      case "stop":
        return `stop ${effect.run}`;
      case "answer":
        return `answer ${effect.replyId} ${Object.values(effect.answer).join(" ")}`;
      case "publish":
        return `${effect.status} ${effect.requestId}`;
    }
  });
  return {
    ...run,
    request: (request: Partial<LogUploadRequest>, nowMs: number, replyId = 4) =>
      run.step(
        {
          type: "requested",
          replyId,
          request: { location: "https://example.org/l", ...request },
          wallMs: Date.UTC(2026, 0, 2, 3, 4, 5),
        },
        nowMs,
      ),
    ended: (number: number, nowMs: number, code: number | null = 0) =>
      run.step({ type: "programEnded", run: number, code, output: "" }, nowMs),
  };
}

const archive = "/tmp/logs/diagnostics_2026-01-02T03-04-05Z.tar.gz";

t.test("logs are gathered and sent", async (t) => {
  const log = logs();
  t.equal(log.deadlineMs(), null);
  t.same(log.late(0), []);
  t.same(log.ended(0, 0), []);
  t.same(log.request({ request_id: 3 }, 100), [`1: sh evsed-logs ${archive} /r`]);
  t.equal(log.deadlineMs(), 25_100);
  t.same(log.ended(7, 200), []);
  t.same(log.step({ type: "programPrinted", run: 1, line: "x" }, 200), []);
  const sending = `${curl} --upload-file ${archive} --url https://example.org/l/`;
  t.same(log.ended(1, 1000), [
    "answer 4 Accepted diagnostics_2026-01-02T03-04-05Z.tar.gz",
    "Uploading 3",
    `2: ${sending}`,
  ]);
  t.equal(log.deadlineMs(), 1_801_000);
  t.same(log.ended(2, 2000), ["Uploaded 3", `3: rm -f -- ${archive}`]);
  t.same(log.state(), { name: "idle", run: 3 });

  const other = logs();
  const request = {
    location: "https://example.org/l/",
    type: "a b/_1-",
    oldest_timestamp: "2026-01-01T00:00:00Z",
    latest_timestamp: "2026-01-02T00:00:00Z",
  };
  const name = "/tmp/logs/ab_1-_2026-01-02T03-04-05Z.tar.gz";
  const period = "--since 2026-01-01 00:00:00 UTC --until 2026-01-02 00:00:00 UTC";
  t.same(other.request(request, 0), [`1: sh evsed-logs ${name} /r ${period}`]);
  t.equal(other.ended(1, 0)[2], `2: ${curl} --upload-file ${name} --url https://example.org/l/`, "one slash");
});

t.test("logs that are not there, and logs that do not get through", async (t) => {
  const none = logs();
  none.request({}, 0);
  t.same(none.ended(1, 10, 1), ["answer 4 Rejected", `2: rm -f -- ${archive}`]);
  const slow = logs();
  slow.request({}, 0);
  t.same(slow.late(24_999), []);
  t.same(slow.late(25_000), ["stop 1", "answer 4 Rejected", `2: rm -f -- ${archive}`]);
  const ends: readonly (readonly [code: number | null, status: string])[] = [
    [1, "NotSupportedOperation"],
    [3, "BadMessage"],
    [6, "BadMessage"],
    [10, "BadMessage"],
    [87, "BadMessage"],
    [9, "PermissionDenied"],
    [35, "PermissionDenied"],
    [67, "PermissionDenied"],
    [69, "PermissionDenied"],
    [2, "UploadFailure"],
    [null, "UploadFailure"],
  ];
  for (const [code, status] of ends) {
    const log = logs();
    log.request({}, 0);
    log.ended(1, 0);
    t.same(log.ended(2, 0, code), [`${status} -1`, `3: rm -f -- ${archive}`], `exit ${code}`);
  }
  const late = logs();
  late.request({}, 0);
  late.ended(1, 0);
  t.same(late.late(1_800_000), ["stop 2", "UploadFailure -1", `3: rm -f -- ${archive}`]);
});

t.test("logs are sent again, and make room for others", async (t) => {
  const log = logs(2);
  log.request({}, 0);
  log.ended(1, 0);
  t.same(log.ended(2, 1000, 7), []);
  t.equal(log.deadlineMs(), 1500);
  t.same(log.ended(2, 1200), [], "while it waits");
  t.same(log.late(1499), []);
  t.equal(log.late(1500)[0], "Uploading -1");
  t.equal(log.deadlineMs(), 1_801_500);
  t.same(log.ended(3, 2000, 7), ["UploadFailure -1", `4: rm -f -- ${archive}`]);

  const asked = logs(1);
  asked.request({ retries: 3, retry_interval_s: 2, request_id: 8 }, 0);
  asked.ended(1, 0);
  asked.ended(2, 1000, 7);
  t.equal(asked.deadlineMs(), 3000);
  asked.late(3000);
  t.same(asked.ended(3, 4000, 7), [], "twice more");
  t.same(asked.request({ request_id: 9 }, 5000, 5), ["stop 3", "AcceptedCanceled 8", `4: sh evsed-logs ${archive} /r`]);
  t.same(asked.request({ request_id: 10 }, 5000, 6), ["stop 4", "answer 5 Rejected", `5: sh evsed-logs ${archive} /r`]);
  t.equal(asked.ended(5, 6000)[0], "answer 6 AcceptedCanceled diagnostics_2026-01-02T03-04-05Z.tar.gz");
});

function resets(options: Partial<ResetOptions> = {}) {
  const machine = createResetMachine({ delayMs: 3000, hasStore: true, ...options });
  return runner(machine, initialResetState, (effect) => {
    switch (effect.type) {
      case "run":
        return `${effect.run}: ${effect.program}`;
      case "storeReason":
        return `store ${effect.reason}`;
      case "answerReason":
        return `answer ${effect.replyId} ${effect.reason}`;
      default:
        return effect.type;
    }
  });
}

t.test("a reset", async (t) => {
  const soft = resets();
  t.equal(soft.deadlineMs(), null);
  t.same(soft.step({ type: "resetRequested", kind: "Soft" }, 1000), ["store RemoteReset"]);
  t.equal(soft.deadlineMs(), 4000);
  t.same(soft.late(3999), []);
  t.same(soft.late(4000), ["endDaemon"]);
  t.equal(soft.deadlineMs(), null);
  t.same(soft.late(9000), [], "once");

  const harder = resets();
  harder.step({ type: "resetRequested", kind: "Soft" }, 1000);
  t.same(harder.step({ type: "resetRequested", kind: "Hard" }, 2000), []);
  t.same(harder.step({ type: "resetRequested", kind: "Soft" }, 3000), []);
  t.equal(harder.deadlineMs(), 4000, "at the time of the first");
  t.same(harder.late(4000), ["1: reboot"]);
  t.same(harder.step({ type: "resetRequested", kind: "Hard" }, 5000), ["store RemoteReset"]);
  t.same(harder.late(8000), ["2: reboot"]);
  t.same(resets({ hasStore: false }).step({ type: "resetRequested", kind: "Hard" }, 0), []);
});

t.test("why the machine was started", async (t) => {
  const bare = resets({ hasStore: false });
  t.same(bare.step({ type: "reasonRequested", replyId: 1 }, 0), ["answer 1 PowerUp"]);
  bare.step({ type: "started", isUpdated: true }, 0);
  t.same(bare.step({ type: "reasonRequested", replyId: 2 }, 0), ["answer 2 FirmwareUpdate"]);

  const kept = resets();
  t.same(kept.step({ type: "reasonRequested", replyId: 1 }, 0), ["takeReason"]);
  t.same(kept.step({ type: "reasonRequested", replyId: 2 }, 500), ["takeReason"]);
  t.equal(kept.deadlineMs(), 2000);
  t.same(kept.step({ type: "reasonLoaded", reason: "RemoteReset" }, 600), ["answer 1 RemoteReset"]);
  t.equal(kept.deadlineMs(), 2500);
  t.same(kept.step({ type: "reasonLoaded", reason: "nonsense" }, 600), ["answer 2 PowerUp"]);
  t.same(kept.step({ type: "reasonLoaded", reason: "RemoteReset" }, 600), [], "nobody asks");

  const silent = resets();
  silent.step({ type: "reasonRequested", replyId: 1 }, 0);
  silent.step({ type: "reasonRequested", replyId: 2 }, 500);
  silent.step({ type: "resetRequested", kind: "Soft" }, 1000);
  t.equal(silent.deadlineMs(), 2000);
  t.same(silent.late(1999), []);
  t.same(silent.late(2000), ["answer 1 PowerUp"]);
  t.same(silent.late(4000), ["answer 2 PowerUp", "endDaemon"]);
});

t.test("the time of the machine", async (t) => {
  const busctl =
    "busctl call org.freedesktop.timedate1 /org/freedesktop/timedate1 org.freedesktop.timedate1 SetTime xbb";
  const time = runner(createSystemTimeMachine(1000), initialSystemTimeState, (effect) => {
    switch (effect.type) {
      case "run":
        return `${effect.run}: ${effect.program} ${effect.args.join(" ")}`;
      case "stop":
        return `stop ${effect.run}`;
      case "answer":
        return `answer ${effect.replyId} ${effect.isSet}`;
    }
  });
  const request = (replyId: number, wallMs: number, nowMs: number) =>
    time.step({ type: "requested", replyId, timestamp: "2026-01-01T00:00:00Z", wallMs }, nowMs);
  const end = (run: number, code: number | null, output = "") =>
    time.step({ type: "programEnded", run, code, output }, 0);
  const wantedMs = Date.UTC(2026, 0, 1);
  t.equal(time.deadlineMs(), null);
  t.same(request(1, wantedMs + 999, 0), ["answer 1 true"], "right enough");
  t.same(request(2, wantedMs - 999, 0), ["answer 2 true"]);
  t.same(request(3, wantedMs + 1000, 0), [`1: ${busctl} 1767225600000000 false false`]);
  t.same(request(4, wantedMs - 1000, 500), [`2: ${busctl} 1767225600000000 false false`]);
  t.same(request(5, 0, 700), [`3: ${busctl} 1767225600000000 false false`]);
  t.equal(time.deadlineMs(), 10_000);
  t.same(end(7, 0), []);
  t.same(time.step({ type: "programPrinted", run: 1, line: "x" }, 0), []);
  t.same(end(2, 0), ["answer 4 true"]);
  t.same(time.late(9999), []);
  t.same(time.late(10_000), ["stop 1", "answer 3 false"]);
  t.equal(time.deadlineMs(), 10_700);
  t.same(end(3, 1, "Call failed: Access denied"), ["answer 5 false"]);
  t.equal(time.deadlineMs(), null);
  for (const [output, isSet] of [
    ["Automatic time synchronization is enabled", "true"],
    ["EALREADY", "true"],
    ["", "false"],
  ]) {
    const [run = ""] = request(6, 0, 0);
    t.same(end(Number.parseInt(run, 10), 1, output), [`answer 6 ${isSet}`]);
  }
});
