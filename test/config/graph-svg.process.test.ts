import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { Graph, GraphEdge, GraphNode } from "../../src/config/graph.ts";
import { graphSvg } from "../../src/config/graph-svg.ts";
import { evsed } from "../cli/command-line.ts";

const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: "Board",
  state: "sound",
  places: [],
  problems: [],
  ...more,
});
const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  from,
  requirement: "bsp",
  to,
  implementation: "main",
  interface: "board",
  state: "sound",
  ...more,
});
const graph = (nodes: readonly GraphNode[], edges: readonly GraphEdge[] = [], problems: string[] = []): Graph => ({
  file: "stations/s.yaml",
  nodes,
  edges,
  problems,
});

const count = (svg: string, pattern: RegExp): number => svg.match(pattern)?.length ?? 0;
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, text = ""]) => text);

/** What is wrong with it as XML; enough for what is drawn here: elements, quoted attributes, text, the named entities. */
function xmlFault(xml: string): string | undefined {
  const open: string[] = [];
  let rest = xml.trimEnd();
  while (rest !== "") {
    const tag = /^<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/.exec(rest);
    const text = /^[^<]+/.exec(rest)?.[0];
    const piece = tag?.[0] ?? text;
    if (piece === undefined) return `no tag: ${rest.slice(0, 80)}`;
    if (/&(?!amp;|lt;|gt;|quot;)/.test(piece)) return `bare &: ${piece.slice(0, 80)}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u0009\u000b-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(piece)) return `no character of XML: ${piece}`;
    if (tag?.[1] === "/" && open.pop() !== tag[2]) return `closes what is not open: ${piece}`;
    if (tag && tag[1] === "" && tag[4] === "") open.push(tag[2] ?? "");
    rest = rest.slice(piece.length);
    if (open.length === 0 && rest !== "") return `more after the end: ${rest.slice(0, 80)}`;
  }
  return open.length > 0 ? `not closed: ${open.join(" ")}` : undefined;
}

t.test("boxes, arrows and labels", async (t) => {
  const svg = await graphSvg(
    graph(
      [
        node("alone", { places: [{ evse: 1 }, { evse: 2, connector: 1, implementation: "main" }] }),
        node("board"),
        node("gone", { state: "left-out", type: "Radio", remark: "not supported" }),
        node("point", { state: "wrong", type: "Charger", problems: ["point.number is missing; Charger needs it"] }),
      ],
      [
        edge("point", "board"),
        edge("point", "board", { requirement: "lock" }),
        edge("point", "board", { requirement: "token", state: "wrong" }),
        edge("point", "gone", { requirement: "radio", state: "left-out" }),
        edge("board", "board", { requirement: "self" }),
      ],
      ["something else"],
    ),
  );
  t.equal(xmlFault(svg), undefined);
  t.equal(count(svg, /<g class="module /g), 4);
  // Both sound connections of the pair share an arrow.
  t.equal(count(svg, /<g class="connection /g), 4);
  t.equal(count(svg, /<g class="connection wrong">/g), 1);
  t.match(svg, "<title>point.bsp -&gt; board.main (board)\npoint.lock -&gt; board.main (board)</title>");
  const texts = textsOf(svg);
  for (const text of [
    "s.yaml",
    "something else",
    "EVSE 1",
    "main: EVSE 2, connector 1",
    "left out: not supported",
    "number is missing; Charger needs it",
    "lock",
    " board",
    "problem",
    "left out",
  ]) {
    t.ok(texts.includes(text), text);
  }
  t.notMatch(svg, /NaN|undefined|Infinity/);
});

t.test("the same picture each time", async (t) => {
  const drawn = () =>
    graphSvg(graph([node("a"), node("b"), node("c")], [edge("a", "b"), edge("b", "c"), edge("c", "a")]));
  t.equal(await drawn(), await drawn());
});

t.test("odd ids and long texts", async (t) => {
  const odd = ['<b>&"', "constructor", "__proto__", "a\u0000\u001b[31m\nb", "\ud800", "\uffff", "字".repeat(99), ""];
  const problem = `${"very ".repeat(99)}${"long".repeat(99)}`;
  const svg = await graphSvg(
    graph(
      odd.map((id) => node(id, { state: "wrong", problems: [problem, "2", "3", "4", "5", "6"] })),
      odd.map((id, index) => edge(id, odd[index + 1] ?? id, { requirement: id })),
      Array(9).fill(problem),
    ),
  );
  t.equal(xmlFault(svg), undefined);
  t.equal(count(svg, /<g class="module /g), odd.length);
  t.equal(count(svg, /<g class="connection /g), odd.length);
  const texts = textsOf(svg);
  t.ok(texts.includes("&lt;b&gt;&amp;&quot;"));
  t.ok(texts.includes("and 2 more"));
  t.ok(texts.every((text) => text.length <= 120));
  t.notMatch(svg, /NaN|undefined|Infinity/);
});

t.test("check --graph", async (t) => {
  const folder = t.testdir();
  const file = join(folder, "wiring.svg");
  const sound = await evsed(["check", "config/ac-simulated.yaml", "--graph", file]);
  t.equal(sound.status, 0, sound.stderr);
  t.match(sound.stdout, "connector_1: EvseManager at EVSE 1");
  const svg = readFileSync(file, "utf8");
  t.equal(xmlFault(svg), undefined);
  t.equal(count(svg, /<g class="module sound">/g), 8);

  const broken = join(folder, "broken.yaml");
  writeFileSync(broken, "active_modules:\n  a: { module: EvseManger }\n");
  const wrong = await evsed(["check", broken, "--graph", file]);
  t.equal(wrong.status, 2);
  t.equal(wrong.stdout, "");
  t.match(wrong.stderr, /^[^\n]*broken\.yaml:2:16: module "a" is of type "EvseManger"[^\n]*\n$/);
  t.match(readFileSync(file, "utf8"), '<g class="module wrong">');

  const nowhere = await evsed(["check", "config/ac-simulated.yaml", "--graph", join(folder, "no/such.svg")]);
  t.equal(nowhere.status, 2);
  t.equal(nowhere.stdout, "");
  t.match(nowhere.stderr, /^[^\n]*no\/such\.svg: cannot write the picture: ENOENT: no such file or directory\n$/);

  const text = readFileSync(broken, "utf8");
  const slip = await evsed(["check", broken, "--graph", broken]);
  t.equal(slip.status, 2);
  t.match(slip.stderr, /broken\.yaml: the name of a picture must end in \.svg\n$/);
  t.equal(readFileSync(broken, "utf8"), text);

  const unread = join(folder, "unread.svg");
  t.equal((await evsed(["check", join(folder, "missing.yaml"), "--graph", unread])).status, 2);
  t.notOk(existsSync(unread));
});
