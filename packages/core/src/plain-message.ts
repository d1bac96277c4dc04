import type { z } from "zod";

const NAMES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
  undefined: "nothing",
};

const MEASURES: Readonly<Record<string, string>> = {
  string: " characters long",
  array: " entries long",
};

/**
 * Says what zod found in words for the person who wrote the value; undefined leaves it to zod. Hand it
 * to `safeParse` as `error`.
 */
export const plainMessage: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return "is required";
    if (issue.expected === "int") return "must be a whole number";
    return `must be ${NAMES[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`;
  }
  if (issue.code === "too_small") {
    const measure = MEASURES[issue.origin];
    if (measure && issue.minimum === 1) return "must not be empty";
    return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${measure ?? ""}`;
  }
  if (issue.code === "too_big") {
    const measure = MEASURES[issue.origin] ?? "";
    return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}${measure}`;
  }
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map((value) => JSON.stringify(value)).join(" or ");
    return `must be ${allowed}`;
  }
  return undefined;
};

/** What a value is, in words: `text`, `a number`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value === Infinity || value === -Infinity) return "a number too large to read";
  return NAMES[typeof value] ?? typeof value;
}
