/** What a field of a cron schedule counts: from the least to the most, with names from the least on. */
export interface Unit {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/**
 * The numbers from `from` to `to` that a field stands for, in their order; undefined where it can't be
 * read. A list of `*`, `4`, `1-5`, `mon-fri`, or of a range of numbers with a step; `5/10` goes on to
 * the most. Steps count from the first of their range.
 */
export function numbersOf(
  text: string,
  unit: Unit,
  { from, to }: { readonly from: number; readonly to: number } = {
    from: unit.least,
    to: unit.most,
  },
): readonly number[] | undefined {
  const numbers = new Set<number>();
  for (const part of text.split(",")) {
    const range = rangeOf(part.trim(), unit);
    if (!range) return undefined;
    const { first, last, step } = range;
    const skipped = Math.max(0, Math.ceil((from - first) / step));
    for (let number = first + skipped * step; number <= Math.min(last, to); number += step)
      numbers.add(number);
  }
  return [...numbers].toSorted((a, b) => a - b);
}

const RANGE = /^(?:\*|(\d{1,4}|[a-z]{3})(?:-(\d{1,4}|[a-z]{3}))?)(?:\/(\d{1,4}))?$/i;

function rangeOf(text: string, unit: Unit): Range | undefined {
  const [matched, start, end, stepText] = RANGE.exec(text) ?? [];
  // The producer's scheduler passes over a step after names: whoever wrote it meant something else.
  if (matched === undefined || (stepText && /[a-z]/i.test(text))) return undefined;
  const step = Number(stepText ?? 1);
  const first = start ? numberOf(start, unit) : unit.least;
  const until = end ?? (stepText ? undefined : start);
  const last = until ? numberOf(until, unit) : unit.most;
  const isWithin = first >= unit.least && first <= last && last <= unit.most && step > 0;
  return isWithin ? { first, last, step } : undefined;
}

function numberOf(text: string, { least, names = [] }: Unit): number {
  if (/^\d/.test(text)) return Number(text);
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? NaN : least + index;
}
