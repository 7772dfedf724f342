/**
 * An EVCCID as it is announced: six octets, upper case with colons. An optional `VID:` and the usual separators are taken;
 * undefined for anything else.
 */
export function evccIdOf(text: string): string | undefined {
  const digits = text.replace(/^VID:/i, "").replace(/[:\-. ]/g, "");
  if (!/^[0-9a-f]{12}$/i.test(digits)) return undefined;
  return (digits.toUpperCase().match(/../g) ?? []).join(":");
}
