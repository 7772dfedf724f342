/** Runs `evsed` as a person does: a process of its own, its streams and its exit status. No build is needed. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const loader = import.meta.resolve("tsx");

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** What a test runner puts into the environment is not for the process under test. */
const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...more,
});

export const evsed = (args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> =>
  finished(start(args, surroundings));

/** At most so many at once: every one of them loads the daemon. */
const atOnce = 2;

/** Each of a table of invocations, in their order. */
export async function evsedEach(invocations: readonly (readonly string[])[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < invocations.length; index = next++) {
      outcomes[index] = await evsed(invocations[index] ?? []);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

export function start(args: readonly string[], { cwd, env, stdin }: Surroundings = {}) {
  const child = spawn(process.execPath, ["--no-warnings", `--import=${loader}`, main, ...args], {
    env: environment(env),
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.end(stdin);
  return child;
}

export async function finished(child: ReturnType<typeof start>): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return { status, stdout, stderr };
}

/** No line of a stack trace. */
export const stackTrace = /^\s+at .*[:(]/m;

export const stationFile = (name = "station"): string =>
  fileURLToPath(new URL(`../scenario/configurations/${name}.yaml`, import.meta.url));
