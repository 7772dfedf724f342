import { writeReport } from "../report/write-report.ts";

export async function report(record: string, { output }: { readonly output: string }): Promise<void> {
  const { evses } = await writeReport(record, output);
  const sessions = evses.reduce((count, evse) => count + evse.sessions.length, 0);
  process.stdout.write(`${output}: ${sessions} session${sessions === 1 ? "" : "s"}\n`);
}
