import type { Random } from "../../../hal/random.ts";

export type SessionIdType = "UUID" | "UUID_BASE64" | "SHORT_BASE64";

/** A new session id: 36 characters, 22 (the same 16 bytes in base64 without padding) or 16 (12 random bytes). */
export function drawSessionId(type: SessionIdType, random: Random): string {
  switch (type) {
    case "UUID":
      return random.uuid();
    case "UUID_BASE64":
      return Buffer.from(random.uuid().replaceAll("-", ""), "hex").toString("base64").replace(/=+$/, "");
    case "SHORT_BASE64":
      return Buffer.from(random.bytes(12)).toString("base64");
  }
}
