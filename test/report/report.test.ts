/** The page a record becomes, looked at in a browser. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import t from "tap";
import { UsageError } from "../../src/core/errors.ts";
import { replayRecord } from "../../src/daemon/replay.ts";
import { SessionLogs } from "../../src/daemon/session-logs.ts";
import { sessionFolder } from "../../src/modules/evse-manager/session-folder.ts";
import { readReport } from "../../src/report/read-report.ts";
import type { EvseReport } from "../../src/report/report-data.ts";
import { Sampled } from "../../src/report/sampled.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { evsedEach, finished, start } from "../cli/command-line.ts";
import { charging, command, runStation, script, unplug } from "../scenario/station-run.ts";

const chromium = "/usr/bin/chromium";
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const attack = "</script><script>globalThis.wasRun = true</script><img src=x onerror='globalThis.wasRun = true'>";
const fault = {
  module: "connector_1_powerpath",
  implementation: "board_support",
  type: "evse_board_support/MREC17EVSEContactorFault",
};
const shipped = fileURLToPath(new URL("../../config/ac-simulated.yaml", import.meta.url));
const dcStation = new URL("../scenario/configurations/dc-station.yaml", import.meta.url);
const dcSession =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;" +
  "iso_wait_for_stop 30;iso_wait_v2g_session_stopped;unplug";

async function recordAc(record: string): Promise<EvseReport> {
  await runStation({
    record,
    steps: [
      script(1, charging),
      command(20, "pause_charging"),
      command(30, "resume_charging"),
      { at_s: 40, raise: { ...fault, severity: "High", message: attack } },
      { at_s: 50, clear: fault },
      unplug(80),
    ],
    until: 90,
  });
  return (await readReport(record)).evses[0] as EvseReport;
}

const spansOf = ({ lanes }: EvseReport, lane: string): string[] =>
  lanes.find(({ name }) => name === lane)?.spans.map(({ fromMs, toMs, name }) => `${name} ${(toMs - fromMs) / 1000}`) ??
  [];

t.test("what a record tells of a session with a pause and a fault", async (t) => {
  const record = `${t.testdir()}/record`;
  const evse = await recordAc(record);
  t.equal(evse.mode, "AC");
  t.equal(evse.isPilotNominal, false);
  const [session, ...others] = evse.sessions;
  t.same(others, []);
  t.match(session, {
    startedBy: "plugged in",
    stopReason: "EVDisconnected",
    pauses: ["station: UserPause", "station: Error"],
    errors: ["evse_board_support/MREC17EVSEContactorFault", "evse_manager/Inoperative"],
    maxCurrentA: 16,
  });
  t.equal(session?.endedMs, Date.UTC(2026, 0, 1, 0, 1, 20, 250));
  t.equal(session?.energyWh, (session?.meterStopWh ?? 0) - (session?.meterStartWh ?? 0));
  t.notMatch(JSON.stringify(session), /DEADBEEF/, "nobody else's card can be read off it");
  t.equal(spansOf(evse, "Errors").length, 1);
  t.match(spansOf(evse, "Errors")[0], /MREC17EVSEContactorFault, evse_manager\/Inoperative 10$/);
  t.same(
    spansOf(evse, "Contactor, confirmed").map((span) => span.split(" ")[0]),
    ["closed", "open", "closed", "open", "closed", "open"],
  );
  const closedS = spansOf(evse, "Contactor, confirmed")
    .filter((span) => span.startsWith("closed"))
    .reduce((sum, span) => sum + Number(span.split(" ")[1]), 0);
  t.equal(Math.round(closedS), Math.round((session?.closedMs ?? 0) / 1000));
});

t.test("a quantity with more instants than a picture has keeps its extremes and its gaps", async (t) => {
  const sampled = new Sampled(["a"]);
  for (let at = 0; at < 100_000; at++)
    sampled.add(at, [at === 77_777 ? 99 : at === 55_555 ? null : Math.sin(at / 500)]);
  const { atMs, columns } = sampled.table();
  const [values = []] = columns;
  t.ok(atMs.length < 13_000, `${atMs.length} rows`);
  t.equal(Math.max(...values.map((value) => value ?? 0)), 99);
  t.equal(values[atMs.indexOf(55_555)], null);
  t.ok(atMs.every((at, index) => index === 0 || at > (atMs[index - 1] ?? 0)));

  const flat = new Sampled(["b"]);
  for (let at = 0; at < 1000; at++) flat.add(at, [230]);
  t.same(flat.table(), { names: ["b"], atMs: [0, 999], columns: [[230, 230]] });
});

t.test("what cannot be reported is refused with its place", async (t) => {
  const folder = t.testdir({ text: "no record", cut: '{"evsed":"record","ver' });
  await t.rejects(readReport(join(folder, "text")), { message: /text:1: not a record/ });
  await t.rejects(readReport(join(folder, "cut")), { message: /cut:1: cut in its header/ });
  const record = join(folder, "record");
  await recordAc(record);
  await t.rejects(writeReport(record, join(folder, "nowhere", "page.html")), UsageError);
  const [none, usage] = await evsedEach([
    ["report", join(folder, "nothing"), "-o", join(folder, "page.html")],
    ["report", record],
  ]);
  t.match(none, { status: 2, stderr: /nothing:1: no such file/ });
  t.match(usage, { status: 2, stderr: /--output/ });
});

interface Seen {
  readonly x: readonly [number, number];
  readonly labels: readonly string[];
  /** Instants and values in the order of the labels. */
  readonly points: readonly number[];
}

/** What the page shows, as its plots know it. */
const seen = (page: Page): Promise<Seen[]> =>
  page.evaluate(() => {
    interface Chart {
      readonly scales: { readonly x: { readonly min: number; readonly max: number } };
      readonly series: readonly { readonly label: string }[];
      readonly data: readonly (readonly (number | null | undefined)[])[];
    }
    const { charts } = (globalThis as unknown as { readonly report: { readonly charts: readonly Chart[] } }).report;
    return charts.map(({ scales, series, data }) => ({
      x: [scales.x.min, scales.x.max] as const,
      labels: series.slice(1).map(({ label }) => label),
      points: data.map((values) => values.filter((value) => typeof value === "number").length),
    }));
  });

const browserThere = existsSync(chromium);

t.test(
  "in a browser",
  { skip: browserThere ? false : `no browser at ${chromium}: the pages are not looked at` },
  async (t) => {
    const { chromium: driver } = await import("playwright-core");
    const browser = await driver.launch({ executablePath: chromium, args: flags });
    t.teardown(() => browser.close());
    const folder = t.testdir();

    async function open(html: string): Promise<{ readonly page: Page; readonly troubles: string[] }> {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
      const troubles: string[] = [];
      page.on("console", (message) => troubles.push(message.text()));
      page.on("pageerror", (error) => troubles.push(error.message));
      page.on("request", (request) => {
        if (request.url() !== pathToFileURL(html).href) troubles.push(`fetches ${request.url().slice(0, 100)}`);
      });
      await page.goto(pathToFileURL(html).href);
      return { page, troubles };
    }

    /** Points at a plot, at a share of its width, and reads the line of values below it. */
    async function pointAt(page: Page, plot: number, share: number): Promise<string> {
      const figure = page.locator("figure").nth(plot);
      await figure.scrollIntoViewIfNeeded();
      const box = await figure.locator(".u-over").boundingBox();
      if (box === null) throw new Error("there is no plot");
      await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
      await page.waitForTimeout(50);
      if ((await figure.locator(".told").count()) > 0) return figure.locator(".told").innerText();
      const rows = await figure.locator(".u-legend .u-series").all();
      const texts = rows.map(async (row) => (await row.locator(".u-label, .u-value").allInnerTexts()).join(": "));
      return (await Promise.all(texts)).join(" ");
    }

    await t.test("the report of an AC session", async (t) => {
      const record = join(folder, "ac.record");
      const html = join(folder, "ac.html");
      await recordAc(record);
      await writeReport(record, html);
      const { page, troubles } = await open(html);
      const plots = await seen(page);
      t.same(
        plots.slice(1).map(({ labels }) => labels),
        [
          ["positive", "negative", "duty cycle"],
          ["L1", "L2", "L3", "offered", "limit"],
          ["power", "energy"],
        ],
      );
      for (const { points } of plots.slice(1))
        t.ok(
          points.every((count) => count >= 4),
          `${points.join(", ")} points`,
        );
      t.match(
        await pointAt(page, 0, 10 / 90),
        /00:00:(09\.9|10\.0)\d+ UTC · State: Charging · Pilot: C · .* confirmed: closed · Lock: locked · Errors: none/,
      );
      t.match(await pointAt(page, 0, 45 / 90), /State: ChargingPausedEVSE .* confirmed: open .* Errors: .*MREC17/);
      t.match(
        await pointAt(page, 1, 10 / 90),
        /positive: (5\.9|6\.[01]) V negative: -1[12]\.\d V duty cycle: 53\.33 %/,
      );
      t.match(await pointAt(page, 2, 10 / 90), /L1: 16\.0 A L2: 16\.0 A L3: 16\.0 A offered: 32\.0 A limit: 32\.0 A/);
      t.match(await pointAt(page, 2, 25 / 90), /L1: 0\.0 A/, "paused");

      const whole = plots[0]?.x ?? [0, 0];
      const box = await page.locator("figure").nth(2).locator(".u-over").boundingBox();
      if (box === null) throw new Error("there is no plot");
      await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 5 });
      await page.mouse.up();
      await page.waitForTimeout(50);
      const zoomed = await seen(page);
      for (const { x } of zoomed) {
        t.ok(Math.abs(x[0] - whole[0] - 22.5) < 1 && Math.abs(x[1] - whole[0] - 45) < 1, `all show ${x.join(" to ")}`);
      }
      await page.mouse.dblclick(box.x + box.width / 2, box.y + 50);
      await page.waitForTimeout(50);
      t.same(
        (await seen(page)).map(({ x }) => x),
        plots.map(() => whole),
        "and everything again",
      );
      await page.getByRole("button", { name: "Session 1" }).click();
      const [session] = await seen(page);
      t.ok((session?.x[1] ?? 0) < whole[1] && (session?.x[0] ?? 0) >= whole[0]);

      t.match(await page.locator("table.remarks").innerText(), attack, "what a record tells is text");
      t.equal(await page.evaluate(() => "wasRun" in globalThis), false);
      t.equal(await page.locator("img").count(), 0);
      t.match(await page.locator("table.summary").innerText(), /Energy\s+\d\.\d{3} kWh/);
      const paper = await page.pdf({ format: "A4" });
      t.ok(paper.length > 20_000, "it can be printed");
      t.same(troubles, [], "nothing is fetched, nothing is complained about");
      await page.close();
    });

    await t.test("the report of a DC session", async (t) => {
      const record = join(folder, "dc.record.gz");
      const html = join(folder, "dc.html");
      await runStation({ file: dcStation, ev: dcSession, until: 70, record });
      await writeReport(record, html);
      const { page, troubles } = await open(html);
      const plots = await seen(page);
      t.same(plots[2]?.labels, ["voltage", "current", "voltage set", "current set"]);
      t.match(await pointAt(page, 0, 30 / 70), /State: Charging · Pilot: C · .* confirmed: closed/);
      t.match(await pointAt(page, 1, 30 / 70), /duty cycle: 5\.00 %/);
      t.match(
        await pointAt(page, 2, 30 / 70),
        /voltage: 400\.0 V current: 20\.0 A voltage set: 400\.0 V current set: 20\.0 A/,
      );
      t.match(await pointAt(page, 2, 9 / 70), /voltage: 900\.0 V current: 0\.0 A/, "cable check");
      t.match(await pointAt(page, 3, 30 / 70), /power: 8\.00 kW energy: 0\.0\d\d kWh/);
      t.match(
        await page.locator("table.remarks").innerText(),
        /start_cable_check[\s\S]*start_pre_charge[\s\S]*current_demand_started/,
      );
      t.same(troubles, []);
      await page.close();
    });
    t.ok(readFileSync(join(folder, "dc.html"), "utf8").length < 1_000_000, "small enough to be sent");
  },
);

t.test("a running station keeps a log of each session where that is configured", async (t) => {
  const folder = t.testdir({ sessions: {} });
  const record = join(folder, "record");
  const sessions = join(folder, "sessions");
  const script = "sleep 2;iec_wait_pwr_ready;sleep 2;draw_power_regulated 16,3;sleep 20;unplug";
  const station = start([
    "run",
    shipped,
    "--simulate",
    ...["--speed", "20", "--events", "--log-level", "warn", "--record", record],
    ...["--set", "connector_1.session_logging=true", "--set", `connector_1.session_logging_path=${sessions}`],
    ...["--set", `ev_manager.auto_exec_commands=${script}`],
  ]);
  t.teardown(() => station.kill());
  const ended = finished(station);
  const written = async (): Promise<string | undefined> => {
    const [session] = readdirSync(sessions);
    return session !== undefined && readdirSync(join(sessions, session)).includes("eventlog.html")
      ? session
      : undefined;
  };
  const giveUpMs = performance.now() + 60_000;
  while ((await written()) === undefined && performance.now() < giveUpMs) await sleep(100);
  // What is written down once a second.
  await sleep(1200);
  station.kill("SIGKILL");
  const { stdout, stderr } = await ended;
  t.notMatch(stderr, /session_log/);
  const { turns, difference, lost } = await replayRecord(record);
  t.same(
    { difference, lost },
    { difference: undefined, lost: 0 },
    "and a daemon that is killed leaves a record that replays",
  );
  t.ok(turns > 100, `${turns} events`);
  t.equal((await readReport(record)).evses[0]?.sessions[0]?.stopReason, "EVDisconnected");
  const [session = ""] = readdirSync(sessions);
  t.match(session, /^\d{4}-\d\d-\d\dT[\d:.]+Z-[0-9a-f-]{36}$/);
  t.match(stdout, JSON.stringify(join(sessions, session)), "whoever hears of the session hears where its log is");
  t.same(readdirSync(join(sessions, session)).sort(), ["eventlog.csv", "eventlog.html"], "nothing incomplete is left");
  const rows = readFileSync(join(sessions, session, "eventlog.csv"), "utf8")
    .trimEnd()
    .split("\n");
  t.equal(rows[0], "timestamp,origin,message,xml");
  t.match(rows[1], /^\d{4}-.*Z,EVSE,SessionStarted,$/);
  for (const row of ["CAR,pilot C", "SYS,contactor closed", "EVSE,ChargingStarted", "EVSE,SessionFinished"]) {
    t.ok(
      rows.some((line) => line.includes(`,${row},`)),
      row,
    );
  }
  const page = readFileSync(join(sessions, session, "eventlog.html"), "utf8");
  t.match(page, "<title>Charging session</title>");
  t.match(page, "EVDisconnected");
});

t.test("where the log of a session stands", async (t) => {
  const config = { session_logging: true, session_logging_path: "/var/log/sessions", logfile_suffix: "session_uuid" };
  const at = (more: object): string | null =>
    sessionFolder({ ...config, ...more }, "the-uuid", "2026-01-01T00:00:00.000Z");
  t.equal(at({}), "/var/log/sessions/2026-01-01T00:00:00.000Z-the-uuid");
  t.equal(at({ logfile_suffix: "left" }), "/var/log/sessions/2026-01-01T00:00:00.000Z-left");
  t.equal(at({ session_logging_path: "/" }), "/2026-01-01T00:00:00.000Z-the-uuid");
  t.equal(at({ logfile_suffix: "/../../../etc/cron.d/job" }), null, "never outside its folder");
  t.equal(at({ session_logging: false }), null);
});

t.test("the newest logs are kept, and what is somebody else's", async (t) => {
  const session = (day: number): string => `2026-01-0${day}T00:00:00.000Z-the-uuid`;
  const log = () => ({ "eventlog.csv": "", "eventlog.html": "" });
  const root = t.testdir({
    [session(1)]: { ...log(), "note.txt": "ask her about it" },
    [session(2)]: { "incomplete-eventlog.csv": "", "incomplete-eventlog.record": "" },
    [session(3)]: log(),
    [session(4)]: log(),
    "2026-01-01": {},
    other: log(),
  });
  const config = { session_logging: true, session_logging_max_sessions: 2 };
  const logs = new SessionLogs({
    plans: [{ id: "evse", type: "EvseManager", config, implementations: {}, connections: {}, evse: 1 }],
    description: () => ({ run: "a run", startedAt: "2026-01-01T00:00:00.000Z", simulate: true, configuration: {} }),
    wallTimeMs: (atMs) => atMs,
    log: { debug() {}, info() {}, warn: (event: string) => t.fail(event), error: (event: string) => t.fail(event) },
    report: async (_record, html) => writeFileSync(html, ""),
  });
  const hear = (fields: object): void => logs.hear({ tMs: 1, module: "evse", kind: "session_event", fields });
  hear({ event: "SessionStarted", session_started: { logging_path: join(root, session(5)) } });
  hear({ event: "SessionFinished" });
  await logs.close();
  t.same(readdirSync(root).sort(), ["2026-01-01", session(1), session(4), session(5), "other"].sort());
});

t.test("a log that cannot be written, or a report that fails, disturbs nobody", async (t) => {
  const folder = t.testdir({ file: "" });
  const errors: object[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (_event: string, fields = {}) => errors.push(fields) };
  for (const [root, error] of [
    [join(folder, "file"), /ENOTDIR|EEXIST/],
    [folder, /no memory/],
  ] as const) {
    const config = { session_logging: true, session_logging_xml: false };
    const logs = new SessionLogs({
      plans: [{ id: "evse", type: "EvseManager", config, implementations: {}, connections: {}, evse: 1 }],
      description: () => ({ run: "a run", startedAt: "2026-01-01T00:00:00.000Z", simulate: true, configuration: {} }),
      wallTimeMs: (atMs) => atMs,
      log,
      report: () => Promise.reject(new Error("no memory")),
    });
    const hear = (kind: string, fields: object): void => logs.hear({ tMs: 1, module: "evse", kind, fields });
    hear("session_event", { event: "SessionStarted", session_started: { logging_path: join(root, "session") } });
    hear("hlc", { dir: "var", name: "evcc_id", value: "secret" });
    hear("error", { action: "raise", type: "=1+1", sub_type: 'a "b"', message: "c,\nd" });
    hear("session_event", { event: "SessionFinished" });
    await logs.close();
    t.match(errors.splice(0), [{ error }]);
  }
  t.same(
    readdirSync(join(folder, "session")).sort(),
    ["eventlog.csv", "incomplete-eventlog.record"],
    "it can be made by hand",
  );
  const csv = readFileSync(join(folder, "session", "eventlog.csv"), "utf8");
  t.match(csv, "CAR,hlc evcc_id,\n");
  t.match(csv, 'SYS,"raise =1+1 a ""b"" c,\nd",\n');
  t.notMatch(readFileSync(join(folder, "session", "incomplete-eventlog.record"), "utf8"), /secret/, "names only");
});
