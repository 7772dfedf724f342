import { createHash } from "node:crypto";
import { escapeHtml, escapeScriptJson } from "./escape.ts";
import type { EvseReport, Remark, ReportData, SessionSummary } from "./report-data.ts";

export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

const dash = "–";

/** One page with everything in it. Its policy lets nothing run but its own script, and nothing be fetched. */
export function reportHtml(data: ReportData, { script, style }: PageFiles): string {
  const code = script.replace(/<\/(script)/gi, "<\\/$1");
  const hash = createHash("sha256").update(code).digest("base64");
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  const title = titleOf(data);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style.replace(/<\/(style)/gi, "<\\/$1")}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="about">${escapeHtml(aboutOf(data))}</p>
${warnings(data)}
${data.evses.map(summary).join("\n")}
<div class="controls">${controls(data)}</div>
${data.evses.map((evse) => `<section data-evse="${escapeHtml(evse.id)}"><h2>${escapeHtml(nameOf(evse))}</h2></section>`).join("\n")}
<h2>Events</h2>
${remarks(data.remarks)}
</main>
<script type="application/json" id="data">${escapeScriptJson(data)}</script>
<script>${code}</script>
</body>
</html>
`;
}

const nameOf = ({ id, evseId, connectorId, mode }: EvseReport): string =>
  `Connector ${connectorId} (${[id, evseId, mode].filter((part) => part !== "").join(", ")})`;

function titleOf({ evses }: ReportData): string {
  const sessions = evses.flatMap((evse) => evse.sessions);
  if (sessions.length === 1) return "Charging session";
  return sessions.length === 0 ? "Charging station" : `${sessions.length} charging sessions`;
}

function aboutOf({ fromMs, toMs, simulated }: ReportData): string {
  const simulatedText = simulated ? " Simulated: no vehicle and no grid took part." : "";
  return `${moment(fromMs)} to ${moment(toMs)}, ${duration(toMs - fromMs)}. All times are UTC.${simulatedText}`;
}

function warnings({ isCut, lost }: ReportData): string {
  const texts = [
    ...(isCut ? ["The record ends in the middle of a line, as after a crash or a power cut."] : []),
    ...(lost > 0 ? [`${lost} entries are missing: the recorder could not keep up.`] : []),
  ];
  return texts.map((text) => `<p class="warning">${escapeHtml(text)}</p>`).join("\n");
}

function summary(evse: EvseReport): string {
  const title = `<h2>${escapeHtml(nameOf(evse))}: summary</h2>`;
  if (evse.sessions.length === 0) return `${title}\n<p>No session in this record.</p>`;
  const rows: readonly [string, (session: SessionSummary) => string][] = [
    ["Session", ({ uuid }) => uuid],
    ["Began", ({ beganMs, startedBy }) => `${moment(beganMs)}, ${startedBy}`],
    ["Ended", ({ endedMs }) => (endedMs === null ? "not within this record" : moment(endedMs))],
    ["Duration", ({ beganMs, endedMs }) => (endedMs === null ? dash : duration(endedMs - beganMs))],
    ["Authorised by", ({ token }) => token ?? dash],
    ["Transaction", ({ transactionBeganMs, transactionEndedMs }) => stretch(transactionBeganMs, transactionEndedMs)],
    ["Ended because", ({ stopReason }) => stopReason ?? dash],
    ["Energy", ({ energyWh }) => (energyWh === null ? dash : `${(energyWh / 1000).toFixed(3)} kWh`)],
    ["Meter", ({ meterStartWh, meterStopWh }) => `${wattHours(meterStartWh)} to ${wattHours(meterStopWh)}`],
    ["Contactor closed", ({ closedMs }) => duration(closedMs)],
    ["Highest power", ({ maxPowerW }) => (maxPowerW === null ? dash : `${(maxPowerW / 1000).toFixed(2)} kW`)],
    ["Highest current", ({ maxCurrentA }) => (maxCurrentA === null ? dash : `${maxCurrentA.toFixed(1)} A`)],
    ["Pauses", ({ pauses }) => (pauses.length === 0 ? "none" : counted(pauses))],
    ["Errors", ({ errors }) => (errors.length === 0 ? "none" : errors.join("; "))],
  ];
  const lines = rows.map(([name, value]) => {
    const cells = evse.sessions.map((session) => `<td>${escapeHtml(value(session))}</td>`).join("");
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}</tr>`;
  });
  return `${title}\n<div class="wide"><table class="summary">${lines.join("\n")}</table></div>`;
}

function controls({ evses, fromMs, toMs }: ReportData): string {
  const all = `<button type="button" data-from="${fromMs}" data-to="${toMs}">Everything</button>`;
  const sessions = evses.flatMap((evse) =>
    evse.sessions.map(({ beganMs, endedMs }, index) => {
      const name = evses.length === 1 ? `Session ${index + 1}` : `${evse.id}, session ${index + 1}`;
      return `<button type="button" data-from="${beganMs}" data-to="${endedMs ?? toMs}" data-margin>${escapeHtml(name)}</button>`;
    }),
  );
  const zoom = `<button type="button" data-zoom="0.5">Closer</button><button type="button" data-zoom="2">Wider</button>`;
  return [all, ...sessions, zoom].join("");
}

function remarks(told: readonly Remark[]): string {
  const rows = told.map(
    ({ atMs, module, kind, text }) =>
      `<tr class="${kind === "error" ? "error" : ""}"><td>${moment(atMs, millisecondsLength)}</td>` +
      `<td>${escapeHtml(module)}</td><td>${escapeHtml(kind)}</td><td>${escapeHtml(text)}</td></tr>`,
  );
  const head =
    '<tr><th scope="col">UTC</th><th scope="col">Module</th><th scope="col">Kind</th><th scope="col">What</th></tr>';
  return `<div class="wide"><table class="remarks"><thead>${head}</thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

const secondsLength = "2026-01-01 00:00:00".length;
const millisecondsLength = secondsLength + ".000".length;

const moment = (ms: number, length = secondsLength): string =>
  new Date(ms).toISOString().replace("T", " ").slice(0, length);

export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)} h`;
}

const wattHours = (value: number | null): string => (value === null ? dash : `${(value / 1000).toFixed(3)} kWh`);

function stretch(fromMs: number | null, toMs: number | null): string {
  if (fromMs === null) return "none";
  return `${moment(fromMs)} to ${toMs === null ? dash : moment(toMs)}`;
}

function counted(pauses: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const pause of pauses) counts.set(pause, (counts.get(pause) ?? 0) + 1);
  return [...counts].map(([pause, count]) => (count === 1 ? pause : `${pause} (${count} times)`)).join("; ");
}
