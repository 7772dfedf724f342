/** What became of the changes, for a terminal and as a page. */
import type { Mutant } from "./mutants.ts";
import type { Outcome, Source } from "./mutation.ts";
import { unseen } from "./unseen.ts";

interface Survivor {
  readonly source: string;
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  readonly why: string | null;
}

interface Row {
  readonly name: string;
  readonly mutants: number;
  readonly tried: number;
  readonly killed: number;
  readonly survived: number;
  readonly unreached: number;
  readonly equivalent: number;
}

/** The reason why nobody can see the change, or need not. */
function reasonFor(source: string, { text, change }: Mutant): string | null {
  const said = `${text} :: ${change}`;
  return unseen.find(([where, what]) => source.startsWith(where) && what.test(said))?.[2] ?? null;
}

function percent({ killed, tried, equivalent }: Row): string {
  return tried === equivalent ? "" : `${((100 * killed) / (tried - equivalent)).toFixed(1)} %`;
}

function sum(name: string, rows: readonly Row[]): Row {
  const of = (field: Exclude<keyof Row, "name">): number => rows.reduce((total, row) => total + row[field], 0);
  return {
    name,
    mutants: of("mutants"),
    tried: of("tried"),
    killed: of("killed"),
    survived: of("survived"),
    unreached: of("unreached"),
    equivalent: of("equivalent"),
  };
}

const heads = ["changes", "tried", "noticed", "not noticed", "not run", "explained", "rate"];

function cells(row: Row): string[] {
  const numbers = [row.mutants, row.tried, row.killed, row.survived, row.unreached, row.equivalent];
  return [...numbers.map(String), percent(row)];
}

export function mutationPage(
  sources: readonly Source[],
  outcomeOf: (source: Source, index: number) => Outcome | null,
): { readonly summary: string; readonly page: string; readonly unexplained: number } {
  const rows: Row[] = [];
  const survivors: Survivor[] = [];
  for (const source of sources.filter(({ mutants }) => mutants.length > 0)) {
    const outcomes = source.mutants.map((mutant, index) => ({ mutant, outcome: outcomeOf(source, index) }));
    const count = (wanted: Outcome): number => outcomes.filter(({ outcome }) => outcome === wanted).length;
    const left = outcomes.flatMap(({ mutant, outcome }): Survivor[] =>
      outcome === null || outcome === "killed"
        ? []
        : [{ source: source.name, mutant, outcome, why: reasonFor(source.name, mutant) }],
    );
    survivors.push(...left);
    const killed = count("killed");
    rows.push({
      name: source.name,
      mutants: outcomes.length,
      tried: killed + left.length,
      killed,
      survived: left.filter(({ outcome, why }) => outcome === "survived" && why === null).length,
      unreached: left.filter(({ outcome, why }) => outcome === "unreached" && why === null).length,
      equivalent: left.filter(({ why }) => why !== null).length,
    });
  }
  const all = [...rows, sum("all", rows)];
  const line = ({ source, mutant }: Survivor): string => `${source}:${mutant.line}: ${mutant.text} :: ${mutant.change}`;
  const unexplained = survivors.filter(({ why }) => why === null);
  const summary = [
    ["file".padEnd(36), ...heads.map((head) => head.padStart(12))].join(""),
    ...all.map((row) => [row.name.padEnd(36), ...cells(row).map((cell) => cell.padStart(12))].join("")),
    ...unexplained.map((survivor) => `${survivor.outcome.padEnd(10)} ${line(survivor)}`),
  ].join("\n");
  return { summary, page: pageOf(all, survivors), unexplained: unexplained.length };
}

const introduction = `# Mutation testing of the core

<!-- Written by "npm run mutate:source -- --page" from src/core, test/core and tools/mutation/unseen.ts. Do not edit. -->

Every source file of \`src/core\` is changed one expression at a time, and the tests of \`test/core\` that come by the place are
run against each change: one that fails has noticed it. What nobody notices is a hole in the tests, or a change that nobody
can see; the reasons stand in \`tools/mutation/unseen.ts\` and below.

Changed are comparisons (the other way round, or one further), \`&&\`, \`||\`, \`??\`, arithmetic, \`min\` and \`max\`, \`some\` and
\`every\`, \`floor\` and \`ceil\`; conditions to true and to false; numbers by one, flags, words that are said to the empty one;
and left out are statements, elements of lists, filters, cases, and each field that a step changes in a state.

Not changed here: which function stands in which cell of the tables of the control pilot and the charger (\`npm run mutate\`
does that, cell by cell), types, names of fields, and what exceptions about broken invariants say. Not counted: tests outside
\`test/core\`, such as those of whole stations, which notice more.

*Explained* are changes that nobody can see or need see. *Rate* is what was noticed of all that were tried; *of those that can
show* leaves the explained ones out. Nothing checks that this page is up to date: all changes take most of an hour.
`;

const pageHeads = [
  "file",
  "changes",
  "noticed",
  "not noticed",
  "not run",
  "explained",
  "rate",
  "of those that can show",
];

function pageOf(rows: readonly Row[], survivors: readonly Survivor[]): string {
  const table = rows.map((row) => {
    const { name, mutants, tried, killed, survived, unreached, equivalent } = row;
    const rate = tried === 0 ? "" : `${((100 * killed) / tried).toFixed(1)} %`;
    const changes = tried === mutants ? `${mutants}` : `${tried} of ${mutants}`;
    return `| ${[`\`${name}\``, changes, killed, survived, unreached, equivalent, rate, percent(row)].join(" | ")} |`;
  });
  const code = (text: string): string => `\`\` ${text} \`\``;
  const listed = [...new Set(survivors.map(({ source }) => source))].map((source) => {
    const here = survivors.filter((survivor) => survivor.source === source);
    const reasons = [...new Set(here.map(({ why }) => why))].sort((a, b) => Number(a === null) - Number(b === null));
    const groups = reasons.map((reason) => {
      const lines = here
        .filter(({ why }) => why === reason)
        .map(({ mutant }) => `- ${code(mutant.text)}: ${code(mutant.change)}`);
      return `${reason ?? "Without a test"}:\n\n${[...new Set(lines)].join("\n")}\n`;
    });
    return `### ${source}\n\n${groups.join("\n")}`;
  });
  const head = `| ${pageHeads.join(" | ")} |\n|${"---|".repeat(pageHeads.length)}`;
  return `${introduction}\n${head}\n${table.join("\n")}\n\n## What was not noticed\n\n${listed.join("\n")}`;
}
