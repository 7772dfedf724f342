import { readFileSync } from "node:fs";
import { timing } from "../src/core/timing.ts";
import { code, generated, table } from "./markdown.ts";
import type { TimingSource } from "./timing-sources.ts";
import { timingSources } from "./timing-sources.ts";

const head = `# Conformance: every deadline, its clause, its test

${generated("src/core/timing.ts and tools/timing-sources.ts")}

Every time the machines wait for stands in one table, \`src/core/timing.ts\`. This page shows what each bounds, which clause it
comes from, and the test that fails when it is not held; \`npm run mutate\` changes each one and shows that a test notices.

*Source* says how well the clause is known:

- **secondary**: the value comes from publications about the standard and from the behaviour of charging stations in the field. The text of
  the standard has not been laid beside it. Nobody should certify by this page before that has been done.
- **verified**: the text of the standard has been laid beside it. No row is, so far.
- **own**: no standard asks for it; it is a decision of this house.
`;

/** @throws when a test that is named does not exist any more. */
export function conformancePage(): string {
  const comments = commentsOf(readFileSync(new URL("../src/core/timing.ts", import.meta.url), "utf8"));
  const names = Object.keys(timing) as (keyof typeof timing)[];
  const row = (name: keyof typeof timing): string[] => {
    const { clause, test } = timingSources[name];
    const bounds = comments.get(name);
    if (bounds === undefined) throw new Error(`src/core/timing.ts says nothing about ${name}`);
    return [
      clause ?? "–",
      code(name),
      duration(timing[name]),
      bounds,
      shownBy(test),
      clause === null ? "own" : "secondary",
    ];
  };
  const [ofStandards, own] = [names.filter(isOfStandard), names.filter((name) => !isOfStandard(name))];
  const header = ["clause", "constant", "value", "what it bounds", "shown by", "source"];
  return [
    head,
    "## From standards",
    "",
    ...table(header, ofStandards.map(row)),
    "## Of this house",
    "",
    ...table(
      header.slice(1),
      own.map((name) => row(name).slice(1)),
    ),
  ].join("\n");
}

const isOfStandard = (name: keyof typeof timing): boolean => timingSources[name].clause !== null;

function duration(ms: number): string {
  if (ms >= 60_000) return `${ms / 60_000} min`;
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

function shownBy([file, title]: TimingSource["test"]): string {
  const text = readFileSync(new URL(`../test/${file}`, import.meta.url), "utf8");
  if (!text.includes(JSON.stringify(title))) throw new Error(`test/${file} has no test "${title}"`);
  return `[${title}](../test/${file})`;
}

/** What is written above each constant; "…" goes on where the comment before has named its subject. */
function commentsOf(source: string): Map<string, string> {
  const comments = new Map<string, string>();
  let comment = "";
  let subject = "";
  for (const [, written, name] of source.matchAll(/\/\*\*([\s\S]*?)\*\/|^ {2}(\w+Ms):/gm)) {
    if (name !== undefined) {
      comments.set(name, comment);
      continue;
    }
    const text = (written ?? "").replace(/\s*\n\s*\*?\s*/g, " ").trim();
    const isContinued = /^(…|\.\.\.)/.test(text);
    if (!isContinued) subject = /^([^:.]+):/.exec(text)?.[1] ?? "";
    comment = isContinued ? `${subject === "" ? "" : `${subject}: `}${text}` : text;
  }
  return comments;
}
