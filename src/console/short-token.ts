const mostShown = 4;

/** Enough to recognise a card one holds in one's hand, and never more than half of it. */
export function shortToken(value: string): string {
  const shown = Math.min(mostShown, Math.floor(value.length / 2));
  return `…${value.slice(value.length - shown)}`;
}
