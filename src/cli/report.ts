import { counted } from "../console/quantities.ts";
import { writeReport } from "../report/write-report.ts";
import { progressLine } from "./progress-line.ts";

export async function report(record: string, { output }: { readonly output: string }): Promise<void> {
  const progress = progressLine("read");
  const { evses } = await writeReport(record, output, progress.at).finally(progress.end);
  const sessions = evses.reduce((count, evse) => count + evse.sessions.length, 0);
  process.stdout.write(`${output}: ${counted(sessions, "session")}\n`);
}
