/** What RAUC tells of the two places a system is started from. Source: Yocto facts, section 5. */

export const status = { program: "rauc", args: ["status"] };
export const install = (file: string) => ({ program: "rauc", args: ["install", file] });

export interface SlotStatus {
  /** The slot this system was started from, e.g. `rootfs.0`; null when it is not told. */
  readonly booted: string | null;
  /** … and the one the next start takes. */
  readonly activated: string | null;
  /** All root file systems. */
  readonly slots: readonly string[];
  readonly good: number;
}

/** Letters may be bold for a person in front of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are.
const styling = /\u001b\[[0-9;]*m/g;

export function readStatus(styled: string): SlotStatus {
  const text = styled.replaceAll(styling, "");
  const booted = /^\s*Booted from:\s*(\S+)/m.exec(text)?.[1] ?? null;
  const activated = /^\s*Activated:\s*(\S+)/m.exec(text)?.[1] ?? null;
  const slots = [...text.matchAll(/^\s*[ox]?\s*\[(rootfs\.\d+)\]/gm)].map(([, slot = ""]) => slot);
  return {
    booted,
    activated,
    slots,
    good: [...text.matchAll(/boot status:\s*good\b/g)].length,
  };
}

/** The slot an update goes to. */
export const inactiveSlot = ({ booted, slots }: SlotStatus): string | null =>
  booted === null ? null : (slots.find((slot) => slot !== booted) ?? null);

/** The next start takes another slot, and the way back is sound. */
export const isInstalled = ({ booted, activated, good }: SlotStatus): boolean =>
  booted !== null && activated !== null && booted !== activated && good >= 2;

/** ` 40% Checking bundle` */
export function readProgress(line: string): { readonly percent: number; readonly step: string } | null {
  const [, percent, step] = /^\s*(\d{1,3})%\s+(.*\S)\s*$/.exec(line) ?? [];
  return percent === undefined || step === undefined ? null : { percent: Number(percent), step };
}
