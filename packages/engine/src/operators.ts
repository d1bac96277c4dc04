import { type Candidate, MISSING } from "./field-path.ts";
import { compileGlob, stepsForOne } from "./glob.ts";
import { type Truth, anyOf, not } from "./truth.ts";

/** Compares what a path led to with the operand of a rule. */
export type Comparison = (candidates: readonly Candidate[]) => Truth;

/** How values are brought into a form to compare: `status` is compared without case. */
export type Fold = (value: unknown) => unknown;

export const asIs: Fold = (value) => value;
export const withoutCase: Fold = (value) =>
  typeof value === "string" ? value.trim().toLowerCase() : value;

export function equals(operand: unknown, fold: Fold): Comparison {
  const wanted = fold(operand);
  return (candidates) => candidates.some(({ value }) => sameValue(fold(value), wanted));
}

export function isIn(operands: readonly unknown[], fold: Fold): Comparison {
  // Plain values are looked up, so that a long list against a long list takes no long time.
  const wanted = operands.map(fold);
  const plain = new Set(wanted.filter((operand) => !isCompound(operand)));
  const compound = wanted.filter(isCompound);
  return (candidates) =>
    candidates.some(({ value }) => {
      const met = value === MISSING ? null : fold(value);
      return isCompound(met) ? compound.some((operand) => sameValue(met, operand)) : plain.has(met);
    });
}

export function exists(expected: boolean): Comparison {
  return (candidates) => candidates.some(({ value }) => value !== MISSING) === expected;
}

export function fits(pattern: string, fold: Fold): Comparison {
  const glob = compileGlob(String(fold(pattern)));
  return (candidates) => {
    const steps = stepsForOne();
    return anyOf(candidates, ({ value, whole }): Truth => {
      if (whole || value === MISSING || value === null) return false;
      if (typeof value !== "string") return { unknown: `it is ${kindOf(value)}, not text` };
      return glob(String(fold(value)), steps) ?? { unknown: "the pattern takes too long" };
    });
  };
}

export type Order = "$gt" | "$gte" | "$lt" | "$lte";

const ORDERS: Readonly<Record<Order, (sign: number) => boolean>> = {
  $gt: (sign) => sign > 0,
  $gte: (sign) => sign >= 0,
  $lt: (sign) => sign < 0,
  $lte: (sign) => sign <= 0,
};

export function ordered(
  order: Order,
  operand: string | number | boolean | null,
  fold: Fold,
): Comparison {
  const holds = ORDERS[order];
  const wanted = fold(operand);
  return (candidates) =>
    anyOf(candidates, ({ value, whole }): Truth => {
      if (operand === null) return (value === null || value === MISSING) && holds(0);
      if (whole || value === MISSING || value === null) return false;
      if (typeof value !== typeof operand) {
        return { unknown: `it is ${kindOf(value)}, not ${kindOf(operand)}` };
      }
      return holds(compare(fold(value), wanted));
    });
}

export function negated(comparison: Comparison): Comparison {
  return (candidates) => not(comparison(candidates));
}

function compare(left: unknown, right: unknown): number {
  if (typeof left === "string" && typeof right === "string") {
    return left < right ? -1 : Number(left > right);
  }
  return Number(left) - Number(right);
}

function isCompound(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function sameValue(value: unknown, wanted: unknown): boolean {
  if (value === MISSING) return wanted === null;
  if (!isCompound(value) || !isCompound(wanted)) return value === wanted;
  if (Array.isArray(value) !== Array.isArray(wanted)) return false;
  const entries = Object.entries(value);
  return (
    entries.length === Object.keys(wanted).length &&
    entries.every(
      ([name, inner]) =>
        Object.hasOwn(wanted, name) &&
        sameValue(inner, (wanted as Readonly<Record<string, unknown>>)[name]),
    )
  );
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}
