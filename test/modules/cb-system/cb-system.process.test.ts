/**
 * What is asked of the machine, by programs that are really run: those that would change it are stood in for by scripts on
 * PATH, openssl and tar are the machine's own.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import type { UpdateEffect, UpdateEvent, UpdateState } from "../../../src/core/system/firmware-update.ts";
import { createUpdateMachine, initialUpdateState } from "../../../src/core/system/firmware-update.ts";
import type { LogUploadEffect, LogUploadEvent } from "../../../src/core/system/log-upload.ts";
import { createLogUploadMachine, initialLogUploadState } from "../../../src/core/system/log-upload.ts";
import { inactiveSlot, isInstalled, readProgress, readStatus } from "../../../src/core/system/rauc.ts";
import { compose } from "../../../src/daemon/compose.ts";
import { MemoryFiles } from "../../../src/runtime/memory-files.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { systemPrograms } from "../../../src/runtime/system-programs.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";
import { configurationFile, configurationOf } from "../../scenario/station-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cb-system-"));
const bin = join(folder, "bin");
mkdirSync(bin);
process.env.PATH = `${bin}:${process.env.PATH}`;
t.teardown(() => rmSync(folder, { recursive: true }));

const calls = join(folder, "calls");
/** What was run since the last time, each with its arguments. */
function called(): string[] {
  if (!existsSync(calls)) return [];
  const lines = readFileSync(calls, "utf8").trimEnd().split("\n");
  rmSync(calls);
  return lines;
}

/** A program that notes how it was called, and does what the script says. */
function fake(name: string, script: string): void {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${calls}\n${script}\n`);
  chmodSync(file, 0o755);
}

const raucStatus = (booted: string, activated: string, good = "good"): string => `=== System Info ===
Compatible:  I2SE Tarragon
Variant:
Booted from: ${booted} (A)

=== Bootloader ===
Activated: ${activated} (B)

=== Slot States ===
o [rootfs.1] (/dev/mmcblk0p2, ext4, inactive)
	bootname: B
	boot status: ${good}
    [customerfs.1] (/dev/mmcblk0p7, ext4, inactive)

x [rootfs.0] (/dev/mmcblk0p1, ext4, booted)
	bootname: A
	boot status: good
`;

/** `rauc` of a machine in this state; installing leads to the next one. */
function fakeRauc(status: string, installed = status, exit = 0): void {
  const state = join(folder, "rauc-status");
  writeFileSync(state, status);
  writeFileSync(`${state}.next`, installed);
  fake(
    "rauc",
    `case $1 in
status) cat ${state} ;;
install) echo installing; echo "  0% Installing"; echo " 40% Checking bundle"; cp ${state}.next ${state}; echo "100% Installing done."; exit ${exit} ;;
esac`,
  );
}

const files = new MemoryFiles();

async function startSystem(kept = files) {
  const clock = new VirtualClock();
  const lines: { kind: string; fields: Record<string, unknown> }[] = [];
  let daemonEnded = false;
  let running = 0;
  const { station } = await compose(await configurationOf(configurationFile("cb-system")), {
    clock,
    log: () => ({ debug() {}, info() {}, warn() {}, error() {} }),
    random: (stream) => seededRandom(1, stream),
    simulate: false,
    files: kept,
    programs: {
      run: (program, args, listener) => {
        running += 1;
        return systemPrograms.run(program, args, {
          ...listener,
          ended: (outcome) => {
            running -= 1;
            listener.ended(outcome);
          },
        });
      },
      endDaemon: () => {
        daemonEnded = true;
      },
    },
  });
  station.onLine(({ kind, fields }) => lines.push({ kind, fields: fields as Record<string, unknown> }));
  const run = async (): Promise<void> => {
    do {
      clock.runUntil(clock.nowMs());
      await sleep(2);
      clock.runUntil(clock.nowMs());
    } while (running > 0);
  };
  station.ready();
  await run();
  return {
    clock,
    run,
    daemonEnded: () => daemonEnded,
    async pass(seconds: number): Promise<void> {
      clock.runUntil(clock.nowMs() + seconds * 1000);
      await run();
    },
    async command(name: string, args: object = {}): Promise<unknown> {
      let result: unknown;
      clock.turn(() =>
        station.command("system", "main", name, args, (told) => {
          result = told;
        }),
      );
      await run();
      clock.runUntil(clock.nowMs() + 1);
      return result;
    },
    /** What was told of updates so far. */
    statuses: (): unknown[] =>
      lines.filter(({ kind }) => kind === "firmware_update").map(({ fields }) => fields.firmware_update_status),
    progress: (): unknown[] =>
      lines.filter(({ kind }) => kind === "firmware_progress").map(({ fields }) => fields.percent),
    logStatuses: (): unknown[] =>
      lines.filter(({ kind }) => kind === "log_upload").map(({ fields }) => fields.log_status),
  };
}

t.test("what RAUC says", async (t) => {
  const before = readStatus(raucStatus("rootfs.0", "rootfs.0"));
  t.strictSame(before, { booted: "rootfs.0", activated: "rootfs.0", slots: ["rootfs.1", "rootfs.0"], good: 2 });
  t.equal(inactiveSlot(before), "rootfs.1");
  t.notOk(isInstalled(before));
  t.ok(isInstalled(readStatus(raucStatus("rootfs.0", "rootfs.1"))));
  t.notOk(isInstalled(readStatus(raucStatus("rootfs.0", "rootfs.1", "bad"))), "there is no way back");
  t.equal(readStatus("\u001b[1mBooted from: \u001b[0mrootfs.1 (B)\n").booted, "rootfs.1", "in bold letters");
  t.equal(inactiveSlot(readStatus("Failed to connect to the bus")), null);
  t.strictSame(readProgress(" 40% Checking bundle"), { percent: 40, step: "Checking bundle" });
  t.equal(readProgress("installing"), null);
});

t.test("an update, and the start after it", async (t) => {
  fake("curl", "exit 0");
  fake("reboot", "exit 0");
  fakeRauc(raucStatus("rootfs.0", "rootfs.0"), raucStatus("rootfs.0", "rootfs.1"));
  const kept = new MemoryFiles();
  const system = await startSystem(kept);
  called();
  const request = { location: "https://example.org/new.image", request_id: -1 };
  t.equal(await system.command("update_firmware", { firmware_update_request: request }), "Accepted");
  await system.pass(0);
  t.strictSame(system.statuses(), ["Downloading", "Downloaded", "Installing", "InstallRebooting"]);
  t.strictSame(system.progress(), [0, 40, 100]);
  const [download = "", ...rest] = called();
  t.match(download, /^curl .*--proto =http,https,ftp,ftps,sftp .*--output \/srv\/firmware-update\.image --url https:/);
  t.strictSame(rest, ["rauc status", "rauc install /srv/firmware-update.image", "rauc status"], "not yet");
  t.equal(
    await system.command("update_firmware", { firmware_update_request: { ...request, request_id: 5 } }),
    "Rejected",
  );
  await system.pass(5);
  t.strictSame(called(), ["reboot"]);
  t.equal(new TextDecoder().decode(kept.read("/var/lib/everest/.ocpp_fw_installed")), "rootfs.1\n-1\n");

  await t.test("from the new slot", async (t) => {
    fakeRauc(raucStatus("rootfs.1", "rootfs.1"));
    fake("rm", "exit 0");
    t.teardown(() => rmSync(join(bin, "rm")));
    const next = await startSystem(kept);
    t.strictSame(next.statuses(), ["Installed"]);
    t.equal(await next.command("get_boot_reason"), "FirmwareUpdate");
    t.match(called().at(-1), /^rm -f -- .*\.ocpp_fw_installed$/, "the mark goes");
  });

  await t.test("from the old slot", async (t) => {
    fakeRauc(raucStatus("rootfs.0", "rootfs.0"));
    fake("rm", "exit 0");
    t.teardown(() => rmSync(join(bin, "rm")));
    t.strictSame((await startSystem(kept)).statuses(), ["InstallationFailed"]);
  });
});

t.test("updates that come to nothing", async (t) => {
  const attempt = async (more: object = {}) => {
    const system = await startSystem(new MemoryFiles());
    called();
    const request = { location: "https://example.org/new.image", request_id: -1, ...more };
    t.equal(await system.command("update_firmware", { firmware_update_request: request }), "Accepted");
    await system.pass(0);
    return system;
  };

  await t.test("nothing comes down, twice", async (t) => {
    fake("curl", "exit 22");
    const system = await attempt({ retries: 2, retry_interval_s: 30 });
    t.strictSame(system.statuses(), ["Downloading", "DownloadFailed"]);
    await system.pass(30);
    t.strictSame(system.statuses(), ["Downloading", "DownloadFailed", "Downloading", "DownloadFailed"]);
    await system.pass(3600);
    t.notOk(called().some((call) => call.startsWith("rauc install")));
  });

  await t.test("RAUC refuses the bundle", async (t) => {
    fake("curl", "exit 0");
    fakeRauc(raucStatus("rootfs.0", "rootfs.0"), undefined, 1);
    const system = await attempt();
    t.strictSame(system.statuses(), ["Downloading", "Downloaded", "Installing", "InstallationFailed"]);
    await system.pass(60);
    t.notOk(called().includes("reboot"));
  });

  await t.test("RAUC installs, and the next start would be the old one", async (t) => {
    fakeRauc(raucStatus("rootfs.0", "rootfs.0"));
    t.equal((await attempt()).statuses().at(-1), "InstallationFailed");
  });

  await t.test("at another time", async (t) => {
    fake("curl", "exit 22");
    const system = await attempt({ retrieve_timestamp: "2026-01-01T02:00:00Z" });
    t.strictSame(system.statuses(), []);
    await system.pass(7300);
    t.strictSame(system.statuses(), ["Downloading", "DownloadFailed"]);
  });

  await t.test("without programs, as in a simulation", async (t) => {
    const clock = new VirtualClock();
    const { station } = await compose(await configurationOf(configurationFile("cb-system")), {
      clock,
      log: () => ({ debug() {}, info() {}, warn() {}, error() {} }),
      random: (stream) => seededRandom(1, stream),
      simulate: true,
    });
    const statuses: unknown[] = [];
    station.subscribe("system", "main", "firmware_update_status", (told) => statuses.push(told));
    station.ready();
    clock.runUntil(10);
    const firmware_update_request = { location: "https://example.org/new.image", request_id: -1 };
    clock.turn(() => station.command("system", "main", "update_firmware", { firmware_update_request }, () => {}));
    clock.runUntil(100);
    t.match(statuses, [{ firmware_update_status: "Downloading" }, { firmware_update_status: "DownloadFailed" }]);
  });
});

t.test("a signed update", async (t) => {
  const key = join(folder, "key.pem");
  const certificate = join(folder, "cert.pem");
  execFileSync(
    "openssl",
    [...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-keyout", key, "-out", certificate]],
    { stdio: "ignore" },
  );
  const image = join(folder, "new.image");
  writeFileSync(image, "an image");
  const pss = (length: string) => ["-sigopt", "rsa_padding_mode:pss", "-sigopt", `rsa_pss_saltlen:${length}`];
  const signature = (length: string): string =>
    execFileSync("openssl", ["dgst", "-sha256", ...pss(length), "-sign", key, image]).toString("base64");
  fake("curl", `while [ "$1" != --output ]; do shift; done; cp ${image} "$2"`);
  fakeRauc(raucStatus("rootfs.0", "rootfs.0"), raucStatus("rootfs.0", "rootfs.1"));
  const signing_certificate = readFileSync(certificate, "utf8");

  /** The machine alone, so that its files may be elsewhere. */
  async function update(more: object, until: UpdateState["name"] = "rebooting") {
    const place = (name: string): string => join(folder, `update.${name}`);
    const machine = createUpdateMachine({
      files: {
        image: place("image"),
        certificate: place("pem"),
        publicKey: place("pub"),
        signatureText: place("b64"),
        signature: place("sig"),
        mark: place("mark"),
      },
      defaultRetries: 1,
      defaultRetryIntervalMs: 0,
    });
    let state = initialUpdateState;
    let running = 0;
    const told: unknown[] = [];
    const events: UpdateEvent[] = [
      {
        type: "requested",
        replyId: 1,
        request: { location: "https://example.org/new.image", request_id: 7, signing_certificate, ...more },
        wallMs: 0,
      },
    ];
    const perform = (effect: UpdateEffect): void => {
      if (effect.type === "publish") told.push(effect.status);
      if (effect.type === "answer") told.push(effect.answer);
      if (effect.type === "write") {
        writeFileSync(effect.path, effect.text);
        events.push({ type: "fileWritten", run: effect.run, written: true });
      }
      if (effect.type === "run") {
        const { run } = effect;
        running += 1;
        systemPrograms.run(effect.program, effect.args, {
          ended: (outcome) => {
            running -= 1;
            events.push({ type: "programEnded", run, ...outcome });
          },
        });
      }
    };
    for (let turns = 0; turns < 2000; turns += 1) {
      const event = events.shift();
      if (event === undefined) {
        // What is left of a refused one is being removed: a download takes longer than that, but not the one here.
        if (running === 0 && (state.name === until || state.name === "idle")) break;
        await sleep(2);
        continue;
      }
      const { state: next, effects } = machine.step(state, event, 0);
      state = next;
      for (const effect of effects) perform(effect);
    }
    return told;
  }

  const good = ["Accepted", "Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting"];
  t.strictSame(await update({ signature: signature("32") }), good);
  t.strictSame(await update({ signature: signature("-2") }), good, "whatever the length of its salt");
  const wrong = ["Accepted", "Downloading", "Downloaded", "InvalidSignature"];
  writeFileSync(image, "another image");
  t.strictSame(await update({ signature: signature("32").replace(/^.{8}/, "AAAAAAAA") }), wrong, "of another image");
  t.strictSame(await update({ signature: "!" }), wrong, "no signature at all");
  t.strictSame(await update({ signature: "AAAA", signing_certificate: "no certificate" }), wrong);
  t.strictSame(await update({}), ["Rejected"], "without one");
  t.strictSame(
    await update({ signature: signature("32"), install_timestamp: "1970-01-01T01:00:00Z" }, "installScheduled"),
    ["Accepted", "Downloading", "Downloaded", "SignatureVerified", "InstallScheduled"],
  );
});

t.test("a signed update takes the place of one that is fetched, of none that is installed", async (t) => {
  const machine = createUpdateMachine({
    files: { image: "i", certificate: "c", publicKey: "p", signatureText: "t", signature: "s", mark: "m" },
    defaultRetries: 1,
    defaultRetryIntervalMs: 0,
  });
  const request = (request_id: number): UpdateEvent => ({
    type: "requested",
    replyId: request_id,
    request: { location: "l", request_id, signing_certificate: "c", signature: "s" },
    wallMs: 0,
  });
  let state = machine.step(initialUpdateState, request(1), 0).state;
  const second = machine.step(state, request(2), 0);
  t.match(second.effects, [
    { type: "stop", run: 1 },
    { type: "answer", answer: "AcceptedCanceled" },
    { type: "publish", status: "Downloading", requestId: 2 },
    { type: "run", run: 2, program: "curl" },
  ]);
  t.match(machine.step(second.state, { type: "programEnded", run: 1, code: 0, output: "" }, 0).effects, [], "too late");
  t.match(machine.step(second.state, request(-1), 0).effects, [{ type: "answer", answer: "Rejected" }]);
  state = second.state;
  for (let run = 2; state.name === "working" && state.step !== "install"; run += 1) {
    const output = raucStatus("rootfs.0", "rootfs.0");
    const isFile = ["certificate", "signatureText", "mark"].includes(state.step);
    state = machine.step(
      state,
      isFile ? { type: "fileWritten", run, written: true } : { type: "programEnded", run, code: 0, output },
      0,
    ).state;
  }
  t.equal(state.name === "working" && state.step, "install");
  t.match(machine.step(state, request(3), 0).effects, [{ type: "answer", answer: "Rejected" }]);
  const late = machine.step(state, { type: "deadlineReached" }, machine.deadlineMs(state) ?? 0);
  t.match(late.effects, [{ type: "stop" }, { type: "publish", status: "InstallationFailed" }, { program: "rm" }]);
});

t.test("logs", async (t) => {
  const root = join(folder, "root");
  mkdirSync(join(root, "etc/everest"), { recursive: true });
  writeFileSync(
    join(root, "etc/everest/config.yaml"),
    "fuse_limit_A: 16\n  private_key_password: hunter2\n  - security_key: hunter2\n",
  );
  fake("journalctl", 'echo "journal: $*"');
  fake("dmesg", "echo a kernel");

  async function upload(script: string, request: object = {}, root_ = root) {
    fake("curl", script);
    const machine = createLogUploadMachine({ folder, root: root_, defaultRetries: 1, defaultRetryIntervalMs: 0 });
    let state = initialLogUploadState;
    const told: unknown[] = [];
    const events: LogUploadEvent[] = [
      {
        type: "requested",
        replyId: 1,
        request: { location: "https://example.org/logs", request_id: 3, ...request },
        wallMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      },
    ];
    const perform = (effect: LogUploadEffect): void => {
      if (effect.type === "publish") told.push(effect.status);
      if (effect.type === "answer") told.push(effect.answer);
      if (effect.type !== "run") return;
      const { run } = effect;
      systemPrograms.run(effect.program, effect.args, {
        ended: (outcome) => events.push({ type: "programEnded", run, ...outcome }),
      });
    };
    for (let turns = 0; turns < 2000; turns += 1) {
      const event = events.shift();
      if (event === undefined) {
        if (state.name === "idle") break;
        await sleep(2);
        continue;
      }
      const next = machine.step(state, event, 0);
      state = next.state;
      next.effects.forEach(perform);
      if (state.name === "pausing") events.push({ type: "deadlineReached" });
    }
    return told;
  }

  await t.test("are gathered, sent, and leave nothing behind", async (t) => {
    const archive = join(folder, "sent.tar.gz");
    const keep = `while [ "$1" != --upload-file ]; do shift; done; cp "$2" ${archive}`;
    called();
    t.strictSame(await upload(keep, { type: "../Diagnostics Log", oldest_timestamp: "2026-01-01T00:00:00Z" }), [
      { upload_logs_status: "Accepted", file_name: "DiagnosticsLog_2026-01-02T03-04-05Z.tar.gz" },
      "Uploading",
      "Uploaded",
    ]);
    const sent = join(folder, "DiagnosticsLog_2026-01-02T03-04-05Z.tar.gz");
    for (let turns = 0; existsSync(sent) && turns < 1000; turns += 1) await sleep(2);
    t.notOk(existsSync(sent));
    t.match(called().at(-1), /^curl .*--url https:\/\/example\.org\/logs\/$/);
    const content = execFileSync("tar", ["-xOzf", archive]).toString();
    t.match(content, "a kernel");
    t.match(content, /journal: .*--since 2026-01-01 00:00:00 UTC/);
    t.match(content, "fuse_limit_A: 16");
    t.match(content, "private_key_password: (removed)");
    t.notMatch(content, /hunter2/, "no secrets");
  });

  await t.test("that do not get through say why, as far as it is known", async (t) => {
    const machine = createLogUploadMachine({ folder, root, defaultRetries: 1, defaultRetryIntervalMs: 500 });
    const upload = (code: number, request: object = {}) => {
      const asked = { location: "https://example.org/logs", request_id: 3, ...request };
      const begun = machine.step(
        initialLogUploadState,
        { type: "requested", replyId: 1, request: asked, wallMs: 0 },
        0,
      );
      const sending = machine.step(begun.state, { type: "programEnded", run: 1, code: 0, output: "" }, 0);
      return machine.step(sending.state, { type: "programEnded", run: 2, code, output: "" }, 0);
    };
    for (const [code, status] of [
      [7, "UploadFailure"],
      [67, "PermissionDenied"],
      [6, "BadMessage"],
      [1, "NotSupportedOperation"],
    ] as const) {
      t.match(upload(code).effects, [{ type: "publish", status, requestId: 3 }, { program: "rm" }]);
    }
    const { state, effects } = upload(7, { retries: 2 });
    t.strictSame(effects, []);
    t.equal(machine.deadlineMs(state), 500);
    t.match(machine.step(state, { type: "deadlineReached" }, 500).effects, [
      { type: "publish", status: "Uploading" },
      { program: "curl" },
    ]);
    const replaced = machine.step(state, { type: "requested", replyId: 2, request: { location: "x" }, wallMs: 0 }, 0);
    t.match(replaced.effects, [{ type: "stop" }, { status: "AcceptedCanceled", requestId: 3 }, { program: "sh" }]);
  });

  fake("tar", "exit 1");
  t.strictSame(await upload("exit 0"), [{ upload_logs_status: "Rejected" }], "nothing to send");
  rmSync(join(bin, "tar"));
});

t.test("a reset waits for its answer to get out", async (t) => {
  fake("reboot", "exit 0");
  called();
  const kept = new MemoryFiles();
  const first = await startSystem(kept);
  t.equal(await first.command("get_boot_reason"), "PowerUp");
  t.equal(await first.command("is_reset_allowed", { type: "Hard" }), true);
  await first.command("reset", { type: "Soft", scheduled: false });
  await first.pass(2.9);
  t.notOk(first.daemonEnded());
  await first.pass(0.2);
  t.ok(first.daemonEnded());
  t.strictSame(called(), [], "the machine goes on");

  const second = await startSystem(kept);
  t.equal(await second.command("get_boot_reason"), "RemoteReset");
  t.equal(await second.command("get_boot_reason"), "PowerUp", "told once");
  await second.command("reset", { type: "Hard", scheduled: true });
  await second.pass(3.1);
  t.notOk(second.daemonEnded());
  t.strictSame(called(), ["reboot"]);
});

t.test("the time", async (t) => {
  fake("busctl", "exit 0");
  called();
  const system = await startSystem(new MemoryFiles());
  const set = (timestamp: string) => system.command("set_system_time", { timestamp });
  t.equal(await set("2026-01-01T00:00:00.900Z"), true);
  t.strictSame(called(), [], "right enough");
  t.equal(await set("2026-01-01T00:01:00Z"), true);
  t.strictSame(called(), [
    "busctl call org.freedesktop.timedate1 /org/freedesktop/timedate1 org.freedesktop.timedate1 SetTime xbb 1767225660000000 false false",
  ]);
  fake("busctl", "echo 'Call failed: Access denied' >&2; exit 1");
  t.equal(await set("2026-01-01T00:01:00Z"), false);
  fake("busctl", "echo 'Call failed: Automatic time synchronization is enabled' >&2; exit 1");
  t.equal(await set("2026-01-01T00:01:00Z"), true, "the network knows it better");
  rmSync(join(bin, "busctl"));
});
