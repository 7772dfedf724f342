/** Draws a day behind shared fuses: the current of every connector on top of each other, and what each one does. */
import type { Second } from "./shared-fuses.ts";

export interface PlotOptions {
  readonly title: string;
  readonly connectors: readonly string[];
  /** Step line over the areas. */
  readonly limit: { readonly name: string; readonly limitA: (t: number) => number };
  /** A sum within the stack: the first `count` connectors and what they may draw together. */
  readonly inner: { readonly name: string; readonly count: number; readonly limitA: number };
  /** One point a so many seconds: the mean of them. */
  readonly everyS: number;
}

const width = 1100;
const left = 64;
const right = 20;
const top = 64;
const chartHeight = 330;
const rowHeight = 20;
const colours = ["#1b6ca8", "#3a8fc9", "#6fb2dd", "#a9d3ee", "#b35c1e", "#d98032", "#eba966", "#f6d2a8"];
const ink = "#222";
const stateColours: Readonly<Record<string, string>> = {
  Charging: "#2e8b57",
  ChargingPausedEVSE: "#d9a400",
  PrepareCharging: "#d9a400",
  WaitingForAuthentication: "#d9a400",
};

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

interface Point {
  readonly t: number;
  readonly drawnA: readonly number[];
}

function means(seconds: readonly Second[], connectors: readonly string[], everyS: number): Point[] {
  const points: Point[] = [];
  for (let at = 0; at < seconds.length; at += everyS) {
    const part = seconds.slice(at, at + everyS);
    const mean = (id: string): number => part.reduce((sum, { drawnA }) => sum + (drawnA.get(id) ?? 0), 0) / part.length;
    points.push({ t: part[0]?.t ?? 0, drawnA: connectors.map(mean) });
  }
  return points.filter((point, at) => !sameAmperes(points[at - 1], point) || !sameAmperes(points[at + 1], point));
}

/** Between two like it a point adds nothing to a line. */
function sameAmperes(one: Point | undefined, other: Point): boolean {
  return one?.drawnA.every((a, index) => n(a) === n(other.drawnA[index] ?? 0)) ?? false;
}

/** One self-contained SVG. Equal seconds give equal pictures, byte for byte. */
export function plot(seconds: readonly Second[], options: PlotOptions): string {
  const { connectors, inner, limit } = options;
  const endS = seconds.at(-1)?.t ?? 1;
  const points = means(seconds, connectors, options.everyS);
  const highestA = Math.max(...points.map(({ t }) => limit.limitA(t)));
  const topA = Math.ceil((highestA + 4) / 10) * 10;
  const bottom = top + chartHeight;
  const rowsTop = bottom + 50;
  const height = rowsTop + connectors.length * rowHeight + 46;
  const x = (t: number): number => left + (t / endS) * (width - left - right);
  const y = (a: number): number => bottom - (a / topA) * chartHeight;
  const svg: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="${ink}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="26" font-size="17" font-weight="bold">${escaped(options.title)}</text>`,
    `<text x="${left}" y="48">ampere per phase, one colour a connector</text>`,
  ];

  for (let a = 0; a <= topA; a += 10) {
    svg.push(
      `<path d="M${left} ${n(y(a))}H${width - right}" stroke="#e4e4e4"/>`,
      `<text x="${left - 8}" y="${n(y(a) + 4)}" text-anchor="end">${a}</text>`,
    );
  }
  const hourS = 3600;
  const hours = Math.floor(endS / hourS);
  const everyHours = Math.max(1, Math.ceil(hours / 12));
  for (let hour = 0; hour <= hours; hour += everyHours) {
    const label = `${String(hour % 24).padStart(2, "0")}:00`;
    svg.push(
      `<path d="M${n(x(hour * hourS))} ${top}V${n(rowsTop + connectors.length * rowHeight)}" stroke="#eee"/>`,
      `<text x="${n(x(hour * hourS))}" y="${bottom + 18}" text-anchor="middle">${label}</text>`,
    );
  }

  let below = points.map(() => 0);
  for (const [index, id] of connectors.entries()) {
    const above = below.map((a, at) => a + (points[at]?.drawnA[index] ?? 0));
    const upper = points.map(({ t }, at) => `${n(x(t))} ${n(y(above[at] ?? 0))}`);
    const lower = points.map(({ t }, at) => `${n(x(t))} ${n(y(below[at] ?? 0))}`).reverse();
    svg.push(`<path d="M${upper.join("L")}L${lower.join("L")}Z" fill="${colours[index]}"><title>${id}</title></path>`);
    below = above;
    if (index === inner.count - 1) {
      svg.push(`<path d="M${upper.join("L")}" fill="none" stroke="#0b3556" stroke-width="1.4"/>`);
    }
  }
  const steps = [`${n(x(0))} ${n(y(limit.limitA(0)))}`];
  for (const { t } of seconds) {
    const [before, now] = [limit.limitA(t - 1), limit.limitA(t)];
    if (before !== now) steps.push(`${n(x(t))} ${n(y(before))}`, `${n(x(t))} ${n(y(now))}`);
  }
  steps.push(`${n(x(endS))} ${n(y(limit.limitA(endS)))}`);
  svg.push(
    `<path d="M${steps.join("L")}" fill="none" stroke="#c00000" stroke-width="2"/>`,
    `<text x="${left + 8}" y="${n(y(limit.limitA(0)) - 6)}" fill="#c00000">${escaped(limit.name)}</text>`,
    `<path d="M${left} ${n(y(inner.limitA))}H${width - right}" stroke="#0b3556" stroke-dasharray="6 4"/>`,
    `<text x="${left + 8}" y="${n(y(inner.limitA) - 6)}" fill="#0b3556">${escaped(inner.name)}</text>`,
  );

  for (const [index, id] of connectors.entries()) {
    const rowY = rowsTop + index * rowHeight;
    svg.push(
      `<rect x="6" y="${rowY + 3}" width="10" height="${rowHeight - 7}" fill="${colours[index]}"/>`,
      `<text x="${left - 8}" y="${rowY + 14}" text-anchor="end">${escaped(id.replace("connector_", "no. "))}</text>`,
    );
    let from = 0;
    let last: string | undefined;
    for (const { t, state } of [...seconds, { t: endS, state: new Map<string, string>() }]) {
      const colour = stateColours[state.get(id) ?? ""];
      if (colour === last) continue;
      if (last !== undefined) {
        svg.push(
          `<rect x="${n(x(from))}" y="${rowY + 3}" width="${n(Math.max(0.5, x(t) - x(from)))}" height="${rowHeight - 6}" fill="${last}"/>`,
        );
      }
      from = t;
      last = colour;
    }
  }
  const legendY = rowsTop + connectors.length * rowHeight + 28;
  for (const [index, [name, colour]] of (
    [
      ["charging", "#2e8b57"],
      ["waiting for current", "#d9a400"],
    ] as const
  ).entries()) {
    svg.push(
      `<rect x="${left + index * 130}" y="${legendY - 11}" width="12" height="12" fill="${colour}"/>`,
      `<text x="${left + index * 130 + 18}" y="${legendY}">${name}</text>`,
    );
  }
  svg.push("</svg>\n");
  return svg.join("\n");
}
