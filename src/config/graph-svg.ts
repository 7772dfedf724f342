/** Draws the wiring as one self-contained SVG file. Equal graphs give equal pictures, byte for byte. */
import { basename } from "node:path";
import stringWidth from "string-width";
import type { Graph, GraphEdge, GraphNode, NodeState } from "./graph.ts";
import { printable } from "./quote.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Style {
  readonly bold?: true;
  readonly italic?: true;
  readonly size: number;
  readonly colour: string;
}

/** One line of text: pieces side by side. */
type Line = readonly { readonly text: string; readonly style: Style }[];

interface Box {
  readonly node: GraphNode;
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

interface PlacedBox extends Box {
  /** Of the centre. */
  readonly at: Point;
}

/** All connections of one state between two modules: one arrow, one line of label for each. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly state: GraphEdge["state"];
  readonly edges: readonly GraphEdge[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

interface PlacedArrow extends Arrow {
  readonly at: Point;
  readonly points: readonly Point[];
  /** How far down its first and its last piece the line turns from upright to across, from 0 to 1. */
  readonly turns: readonly [number, number];
}

const ink = "#1e293b";
const soft = "#64748b";
const faint = "#94a3b8";
const red = "#b91c1c";
const blue = "#1d4ed8";

const boxColours: Readonly<Record<NodeState, { readonly fill: string; readonly line: string; readonly dash?: true }>> =
  {
    sound: { fill: "#f8fafc", line: "#64748b" },
    wrong: { fill: "#fef2f2", line: red },
    "left-out": { fill: "#f8fafc", line: faint, dash: true },
    missing: { fill: "#ffffff", line: red, dash: true },
  };
const arrowColours: Readonly<Record<GraphEdge["state"], string>> = { sound: "#475569", wrong: red, "left-out": faint };

const margin = 28;
const padding = 12;
const gap = 28;
const lineHeight = 17;
const longestId = 40;
const longestProblem = 46;
const mostProblems = 4;
const mostLinesOfProblem = 3;
/** Fonts differ from one machine to the next: room for a wide one. */
const widthPerSize = 0.6;
const boldWidthPerSize = 0.69;

export async function graphSvg(graph: Graph): Promise<string> {
  const boxes = graph.nodes.map(boxOf);
  const { placed, arrows, width: drawnWidth, height: drawnHeight } = await laidOut(boxes, arrowsOf(graph.edges));
  const head = headOf(graph);
  const headHeight = head.length * lineHeight + 18;
  const legend = legendOf(graph);
  const legendWidth = legend.reduce((sum, { width }) => sum + width + gap, -gap);
  const inner = Math.max(drawnWidth, legendWidth, ...head.map(widthOf));
  const width = Math.ceil(inner + 2 * margin);
  const height = Math.ceil(headHeight + drawnHeight + 2 * margin + 44);
  const shift = `translate(${round(margin + (inner - drawnWidth) / 2)} ${margin + headHeight})`;
  let legendX = margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Verdana, 'DejaVu Sans', Arial, sans-serif">`,
    `<title>${escaped(`Wiring of ${basename(graph.file)}`)}</title>`,
    "<defs>",
    ...Object.entries(arrowColours).map(
      ([state, colour]) =>
        `<marker id="head-${state}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 1 10 5 0 9z" fill="${colour}"/></marker>`,
    ),
    "</defs>",
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...head.map((line, index) => textOf(line, { x: margin, y: margin + 14 + index * lineHeight }, "start")),
    `<g transform="${shift}">`,
    // Lines, then boxes, then labels: nothing that is to be read lies below a line.
    ...arrows.map(drawnLine),
    ...placed.map(drawnBox),
    ...arrows.map(drawnLabel),
    "</g>",
    ...legend.flatMap(({ draw, width: itemWidth }) => {
      const drawn = draw({ x: legendX, y: height - margin });
      legendX += itemWidth + gap;
      return drawn;
    }),
    "</svg>",
    "",
  ].join("\n");
}

function headOf({ file, problems }: Graph): Line[] {
  const told = problems.slice(0, mostProblems).map((problem) => cut(problem, 2 * longestProblem));
  if (problems.length > mostProblems) told.push(`and ${problems.length - mostProblems} more`);
  return [
    [{ text: cut(basename(file), 2 * longestId), style: { size: 16, bold: true, colour: ink } }],
    ...told.map((text): Line => [{ text, style: { size: 12, colour: red } }]),
  ];
}

function boxOf(node: GraphNode): Box {
  const isFaint = node.state === "left-out";
  const lines: Line[] = [
    [
      {
        text: cut(node.id, longestId),
        style: { size: 14, bold: true, colour: isFaint ? soft : node.state === "missing" ? red : ink },
      },
    ],
  ];
  const type = node.state === "missing" ? "no such module" : (node.type ?? "no type");
  lines.push([
    { text: cut(type, longestId), style: { size: 12, colour: isFaint ? soft : node.state === "missing" ? red : blue } },
  ]);
  for (const { evse, connector, implementation } of node.places) {
    const place = `EVSE ${evse}${connector === undefined ? "" : `, connector ${connector}`}`;
    const text = implementation === undefined ? place : `${cut(implementation, longestId)}: ${place}`;
    lines.push([{ text, style: { size: 11, bold: true, colour: isFaint ? soft : "#047857" } }]);
  }
  if (node.remark !== undefined) {
    lines.push([{ text: `left out: ${cut(node.remark, longestId)}`, style: { size: 11, italic: true, colour: soft } }]);
  }
  const problemStyle: Style = { size: 11, colour: red };
  for (const problem of node.problems.slice(0, mostProblems)) {
    for (const text of wrapped(withoutId(problem, node.id))) lines.push([{ text, style: problemStyle }]);
  }
  const more = node.problems.length - mostProblems;
  if (more > 0) lines.push([{ text: `and ${more} more`, style: { ...problemStyle, italic: true } }]);
  return {
    node,
    lines,
    width: Math.max(120, ...lines.map(widthOf)) + 2 * padding,
    height: lines.length * lineHeight + 2 * padding - 4,
  };
}

function arrowsOf(edges: readonly GraphEdge[]): Arrow[] {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const name = JSON.stringify([edge.from, edge.to, edge.state]);
    groups.set(name, [...(groups.get(name) ?? []), edge]);
  }
  return [...groups.values()].flatMap((group): Arrow[] => {
    const [first] = group;
    if (!first) return [];
    const { from, to, state } = first;
    const colour = state === "sound" ? ink : state === "wrong" ? red : soft;
    // One requirement may lead to several implementations of a module.
    const lines = group.map((edge): Line => {
      const name = { text: cut(edge.requirement, longestId), style: { size: 11, colour } };
      if (edge.interface === undefined) return [name];
      return [name, { text: ` ${edge.interface}`, style: { size: 10, colour: state === "sound" ? soft : colour } }];
    });
    return [
      {
        from,
        to,
        state,
        edges: group,
        lines,
        width: Math.max(...lines.map(widthOf)) + 8,
        height: lines.length * (lineHeight - 2) + 4,
      },
    ];
  });
}

interface LaidOut {
  readonly placed: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
  readonly width: number;
  readonly height: number;
}

/** Between two ranks of boxes; more where the picture is wide, for lines that run flat are hard to follow. */
const leastRankGap = 76;
const widthOfLeastGap = 1300;
const mostRankGap = 200;

/** What is connected in ranks, requirers before their providers; what is not, in rows below. */
async function laidOut(boxes: readonly Box[], arrows: readonly Arrow[]): Promise<LaidOut> {
  const connected = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const drawn = await inRanks(
    boxes.filter(({ node }) => connected.has(node.id)),
    arrows,
  );
  const alone = boxes.filter(({ node }) => !connected.has(node.id));
  const widest = Math.max(drawn.width, 900, ...alone.map(({ width }) => width));
  const placed = [...drawn.placed];
  let [x, y, rowHeight, width] = [0, drawn.height === 0 ? 0 : drawn.height + 2 * gap, 0, drawn.width];
  for (const box of alone) {
    if (x > 0 && x + box.width > widest) [x, y, rowHeight] = [0, y + rowHeight + gap, 0];
    placed.push({ ...box, at: { x: x + box.width / 2, y: y + box.height / 2 } });
    width = Math.max(width, x + box.width);
    x += box.width + gap;
    rowHeight = Math.max(rowHeight, box.height);
  }
  return { placed, arrows: drawn.arrows, width, height: alone.length === 0 ? drawn.height : y + rowHeight };
}

async function inRanks(boxes: readonly Box[], arrows: readonly Arrow[]): Promise<LaidOut> {
  if (boxes.length === 0) return { placed: [], arrows: [], width: 0, height: 0 };
  const { Graph: Layout, layout } = await import("@dagrejs/dagre");
  const graph = new Layout({ multigraph: true });
  const spacing = { rankdir: "TB", nodesep: gap, edgesep: 16 } as const;
  graph.setGraph({ ...spacing, ranksep: leastRankGap });
  // By number: an id may be any text, and the layout keeps names in plain objects.
  const numbers = new Map(boxes.map(({ node }, index) => [node.id, String(index)]));
  for (const [index, { width, height }] of boxes.entries()) graph.setNode(String(index), { width, height });
  const ends = arrows.map(({ from, to }, index) => ({
    v: numbers.get(from) ?? "",
    w: numbers.get(to) ?? "",
    name: String(index),
  }));
  for (const [index, { width, height }] of arrows.entries()) {
    const { v = "", w = "", name = "" } = ends[index] ?? {};
    graph.setEdge(v, w, { width, height, labelpos: "c" }, name);
  }
  layout(graph);
  const narrowWidth = graph.graph().width ?? 0;
  if (narrowWidth > widthOfLeastGap) {
    const ranksep = Math.min(mostRankGap, Math.round((leastRankGap * narrowWidth) / widthOfLeastGap));
    graph.setGraph({ ...spacing, ranksep });
    layout(graph);
  }
  const placed = boxes.map((box, index): PlacedBox => ({ ...box, at: pointOf(graph.node(String(index))) }));
  const placedArrows = arrows.map((arrow, index): PlacedArrow => {
    const { v = "", w = "", name = "" } = ends[index] ?? {};
    const edge = graph.edge(v, w, name);
    return { ...arrow, at: pointOf(edge), points: (edge.points ?? []).map(pointOf), turns: [0.5, 0.5] };
  });
  const { width = 0, height = 0 } = graph.graph();
  return { placed, arrows: docked(placedArrows, placed), width, height };
}

const pointOf = ({ x = 0, y = 0 }: { readonly x?: number; readonly y?: number }): Point => ({ x, y });

function drawnBox({ node, lines, width, height, at }: PlacedBox): string {
  const { fill, line, dash } = boxColours[node.state];
  const left = at.x - width / 2;
  const top = at.y - height / 2;
  return [
    `<g class="module ${node.state}">`,
    `<title>${escaped([`${node.id}: ${node.type ?? node.state}`, ...node.problems].join("\n"))}</title>`,
    `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="7" fill="${fill}" stroke="${line}" stroke-width="1.5"${dash ? ' stroke-dasharray="6 4"' : ""}/>`,
    ...lines.map((pieces, index) =>
      textOf(pieces, { x: left + padding, y: top + padding + 11 + index * lineHeight }, "start"),
    ),
    "</g>",
  ].join("");
}

function drawnLine({ from, to, edges, points, turns, state }: PlacedArrow): string {
  const told = edges.map((edge) => {
    const kind = edge.interface === undefined ? "" : ` (${edge.interface})`;
    return `${edge.from}.${edge.requirement} -> ${edge.to}.${edge.implementation}${kind}`;
  });
  const dash = state === "left-out" ? ' stroke-dasharray="6 4"' : "";
  return `<g class="connection ${state}"><title>${escaped(told.join("\n"))}</title><path d="${from === to ? polyline(points) : curve(points, turns)}" fill="none" stroke="${arrowColours[state]}" stroke-width="1.4"${dash} marker-end="url(#head-${state})"/></g>`;
}

function drawnLabel({ lines, at, width, height }: PlacedArrow): string {
  const top = at.y - height / 2;
  return [
    `<g class="label"><rect x="${round(at.x - width / 2)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="3" fill="#ffffff" fill-opacity="0.9"/>`,
    ...lines.map((line, index) => textOf(line, { x: at.x, y: top + 13 + index * (lineHeight - 2) }, "middle")),
    "</g>",
  ].join("");
}

const place = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;

const polyline = (points: readonly Point[]): string => `M${points.map(place).join("L")}`;

/** Through all points, upright at each, so that the line meets its label and keeps clear of the boxes between ranks. */
function curve(points: readonly Point[], [turnAtStart, turnAtEnd]: PlacedArrow["turns"]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let from = first;
  const parts = [`M${place(first)}`];
  for (const [index, to] of rest.entries()) {
    const turn = index === 0 ? turnAtStart : index === rest.length - 1 ? turnAtEnd : 0.5;
    const y = from.y + (to.y - from.y) * turn;
    parts.push(`C${place({ x: from.x, y })} ${place({ x: to.x, y })} ${place(to)}`);
    from = to;
  }
  return parts.join(" ");
}

/**
 * Lines leave and enter a box spread along its edge, in the order they come from, so that no two share an arrowhead. The
 * further one goes to the side, the nearer to the box it turns: they lie beside each other, and none crosses its neighbour.
 */
function docked(arrows: readonly PlacedArrow[], boxes: readonly PlacedBox[]): readonly PlacedArrow[] {
  const boxOfId = new Map(boxes.map((box) => [box.node.id, box]));
  const docks = new Map<string, { readonly arrow: PlacedArrow; readonly end: number; readonly towards: number }[]>();
  const points = new Map(arrows.map((arrow) => [arrow, [...arrow.points]]));
  const turns = new Map(arrows.map((arrow) => [arrow, [...arrow.turns] as [number, number]]));
  for (const arrow of arrows) {
    if (arrow.from === arrow.to || arrow.points.length < 3) continue;
    for (const [id, end, next] of [
      [arrow.from, 0, arrow.points[1]],
      [arrow.to, arrow.points.length - 1, arrow.points.at(-2)],
    ] as const) {
      const box = boxOfId.get(id);
      if (!box || !next) continue;
      const name = JSON.stringify([id, next.y > box.at.y]);
      docks.set(name, [...(docks.get(name) ?? []), { arrow, end, towards: next.x }]);
    }
  }
  for (const [name, ends] of docks) {
    const [id, isBelow] = JSON.parse(name);
    const box = boxOfId.get(id);
    if (!box) continue;
    const y = box.at.y + (isBelow ? box.height / 2 : -box.height / 2);
    for (const [index, { arrow, end }] of ends.toSorted((a, b) => a.towards - b.towards).entries()) {
      const x = box.at.x - box.width / 2 + (box.width * (index + 1)) / (ends.length + 1);
      points.get(arrow)?.splice(end, 1, { x, y });
    }
    for (const isRight of [false, true]) {
      const side = ends.filter(({ towards }) => towards > box.at.x === isRight);
      const nearestFirst = side.toSorted((a, b) => Math.abs(a.towards - box.at.x) - Math.abs(b.towards - box.at.x));
      for (const [index, { arrow, end }] of nearestFirst.entries()) {
        const fromBox = 1 - (index + 1) / (side.length + 1);
        turns.get(arrow)?.splice(end === 0 ? 0 : 1, 1, end === 0 ? fromBox : 1 - fromBox);
      }
    }
  }
  return arrows.map((arrow) => {
    const box = boxOfId.get(arrow.from);
    if (!box || arrow.from !== arrow.to) {
      return { ...arrow, points: points.get(arrow) ?? arrow.points, turns: turns.get(arrow) ?? arrow.turns };
    }
    // Round by its label, which stands beside the box.
    const right = box.at.x + box.width / 2;
    const [top, bottom] = [box.at.y - 14, box.at.y + 14];
    const corners = [right, arrow.at.x, arrow.at.x, right].map((x, index) => ({ x, y: index < 2 ? top : bottom }));
    return { ...arrow, points: corners };
  });
}

interface LegendItem {
  readonly width: number;
  readonly draw: (at: Point) => string;
}

/** Says only what the picture shows. */
function legendOf({ nodes, edges }: Graph): LegendItem[] {
  const style: Style = { size: 11, colour: soft };
  const item = (text: string, swatchWidth: number, swatch: (at: Point) => string): LegendItem => {
    const line: Line = [{ text, style }];
    return {
      width: swatchWidth + 8 + widthOf(line),
      draw: (at) =>
        `<g class="legend">${swatch(at)}${textOf(line, { x: at.x + swatchWidth + 8, y: at.y }, "start")}</g>`,
    };
  };
  const swatchOf = (state: NodeState) => (at: Point) => {
    const { fill, line, dash } = boxColours[state];
    return `<rect x="${round(at.x)}" y="${round(at.y - 10)}" width="20" height="12" rx="3" fill="${fill}" stroke="${line}"${dash ? ' stroke-dasharray="4 3"' : ""}/>`;
  };
  const has = (state: NodeState): boolean => nodes.some((node) => node.state === state);
  return [
    ...(edges.length > 0
      ? [
          item("from the module that requires to the one that provides: requirement, interface", 34, ({ x, y }) => {
            const path = `M${round(x)} ${round(y - 4)}h34`;
            return `<path d="${path}" fill="none" stroke="${arrowColours.sound}" stroke-width="1.4" marker-end="url(#head-sound)"/>`;
          }),
        ]
      : []),
    ...(has("wrong") || has("missing") ? [item("problem", 20, swatchOf("wrong"))] : []),
    ...(has("left-out") ? [item("left out", 20, swatchOf("left-out"))] : []),
  ];
}

function textOf(line: Line, { x, y }: Point, anchor: "start" | "middle"): string {
  const pieces = line.map(({ text, style: { size, colour, bold, italic } }) => {
    const weight = `${bold ? ' font-weight="bold"' : ""}${italic ? ' font-style="italic"' : ""}`;
    return `<tspan font-size="${size}" fill="${colour}"${weight}>${escaped(text)}</tspan>`;
  });
  const anchored = anchor === "middle" ? ' text-anchor="middle"' : "";
  return `<text x="${round(x)}" y="${round(y)}" xml:space="preserve"${anchored}>${pieces.join("")}</text>`;
}

function widthOf(line: Line): number {
  return line.reduce(
    (sum, { text, style: { size, bold } }) =>
      sum + stringWidth(printable(text)) * size * (bold ? boldWidthPerSize : widthPerSize),
    0,
  );
}

/** By characters, not by halves of one. */
function cut(text: string, longest: number): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text;
}

/** The box says already whose complaint it is. */
function withoutId(problem: string, id: string): string {
  return problem.startsWith(`${id}.`) || problem.startsWith(`${id}:`)
    ? problem.slice(id.length + 1).trimStart()
    : problem;
}

/** A complaint in a few short lines. */
function wrapped(message: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of message.split(" ").map((one) => cut(one, longestProblem))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if ([...longer].length <= longestProblem) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  if (lines.length <= mostLinesOfProblem) return lines;
  const kept = lines.slice(0, mostLinesOfProblem);
  return kept.map((one, index) => (index === mostLinesOfProblem - 1 ? `${cut(one, longestProblem - 2)} …` : one));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for XML: markup escaped, control characters written out, and nothing else XML 1.0 has no place for. */
function escaped(text: string): string {
  return text
    .split("\n")
    .map(printable)
    .join("\n")
    .replace(/[&<>"]/g, (character) => entities[character] ?? "")
    .replace(/[^\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
