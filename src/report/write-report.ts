import { rename, writeFile } from "node:fs/promises";
import { UsageError } from "../core/errors.ts";
import { reportHtml } from "./html.ts";
import { pageFiles } from "./page-files.ts";
import { readReport } from "./read-report.ts";
import type { ReportData } from "./report-data.ts";

/** Reads a record and writes the page; nobody ever finds half of one. @throws UsageError */
export async function writeReport(
  record: string,
  html: string,
  progress?: (nowMs: number) => void,
): Promise<ReportData> {
  const data = await readReport(record, progress);
  const page = reportHtml(data, await pageFiles());
  const unfinished = `${html}.part`;
  try {
    await writeFile(unfinished, page);
    await rename(unfinished, html);
  } catch (error) {
    throw new UsageError("report", `-o ${html}: cannot be written (${(error as NodeJS.ErrnoException).code})`, error);
  }
  return data;
}
