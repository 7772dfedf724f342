/**
 * Versions of the controller's firmware: three numbers, whatever stands behind them. What cannot be read counts as 0.
 *
 * Source: Yeti facts, section 12.
 */
export type FirmwareVersion = readonly [major: number, minor: number, revision: number];

/** Of a text such as `2.0-1-g2d51638`. */
export function firmwareVersion(text: string): FirmwareVersion {
  const [major = 0, minor = 0, revision = 0] = text
    .split(/[.-]/)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
  return [major, minor, revision];
}

/** Of a file such as `yetiR1_2.0-1_firmware.bin`. */
export function versionOfFile(name: string): FirmwareVersion {
  const [board = "", version = "0.0-0"] = name.split("_");
  return firmwareVersion(board.startsWith("yetiR") ? version : "");
}

/** Negative where `a` is older than `b`, 0 where they are the same. */
export function compareVersions(a: FirmwareVersion, b: FirmwareVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export const versionText = ([major, minor, revision]: FirmwareVersion): string => `${major}.${minor}-${revision}`;
