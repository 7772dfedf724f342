/** What must not leave a station: secrets of a configuration, tokens and whatever else tells who charged. Pure. */
import { shortToken } from "./short-token.ts";

export const removed = "(removed)";

/** Keys whose values nobody needs for a bug report. */
const secretKey = /secret|passw|passphrase|credential|private|api_?key|(^|_)(key|pin|psk|auth_token)$/i;

/** Identify a person's card, contract or vehicle. */
const personalKeys: readonly string[] = [
  "id_token",
  "parent_id_token",
  "token",
  "id_tag",
  "identification_data",
  "evcc_id",
  "ev_mac",
  "group_id_token",
  "master_pass_group_id",
  "certificate",
];

/** The same data without them; a token keeps its end, so that two can be told apart. */
export function withoutSecrets(value: unknown, key = ""): unknown {
  if (secretKey.test(key) && value !== null && typeof value !== "object") return value === "" ? "" : removed;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, key));
  if (typeof value === "object" && value !== null) {
    // A variable of a port comes as `{ name, value }`.
    const { name: called } = value as { readonly name?: unknown };
    const owner = personalKeys.includes(key) ? key : typeof called === "string" ? called : "";
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        withoutSecrets(item, name === "value" && personalKeys.includes(owner) ? owner : name),
      ]),
    );
  }
  return personalKeys.includes(key) && typeof value === "string" && value !== "" ? shortToken(value) : value;
}
