/** The same value with every number in it rounded to so many places; 0 = as it is. */
export function withDecimalPlaces<T>(value: T, places: number): T {
  if (places === 0) return value;
  return rounded(value, 10 ** places) as T;
}

function rounded(value: unknown, scale: number): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? value : Math.round(value * scale) / scale;
  if (Array.isArray(value)) return value.map((item) => rounded(item, scale));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member, scale)]));
}
