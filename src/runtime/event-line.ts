/** One event line. `t`: seconds since initialisation began, three decimals; the fields of the kind follow at top level. */
export interface EventLine {
  readonly tMs: number;
  readonly module: string;
  readonly kind: string;
  readonly fields: object;
}

export type EventLineListener = (line: EventLine) => void;

export function formatEventLine(line: EventLine): string {
  return JSON.stringify({ t: Math.round(line.tMs) / 1000, module: line.module, kind: line.kind, ...line.fields });
}
