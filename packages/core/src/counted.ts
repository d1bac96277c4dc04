/** A number with its word: `1 failure`, `2 failures`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A length of time in words, for a sentence, in its two largest units: `1 day 2 hours`. */
export function sayLength(seconds: number): string {
  const parts = largestUnits(Math.max(0, Math.round(seconds)), UNITS);
  return parts.map(([unit, count]) => counted(count, unit)).join(" ") || "0 seconds";
}

/**
 * Divides whole seconds into the two largest of some units, each given with its length in seconds and the
 * largest first; those that there are none of are left out.
 */
export function largestUnits<Unit extends string>(
  seconds: number,
  units: readonly (readonly [unit: Unit, size: number])[],
): readonly (readonly [unit: Unit, count: number])[] {
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return [];
  let rest = seconds;
  return units.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [[unit, count] as const] : [];
  });
}
