import leven from "leven";

/**
 * The known name that was probably meant, or undefined when none is close. Two edits are close,
 * since letters swapped are two; one for a name of up to three letters, a quarter of its length for a long one.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const allowed = name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 4));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const distance = leven(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?` or nothing. */
export function hint(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}
