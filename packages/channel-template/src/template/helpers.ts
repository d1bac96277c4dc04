import { cut, formatDuration, formatUtcSeconds, parseTimestamp } from "@syncbell/core";
import { JsonText, type Reader } from "./reader.ts";

/** A function that a template may call with one argument or more. */
export interface Helper {
  /** The arguments it takes, in words: `value`, `value other`. */
  readonly takes: readonly string[];
  /** Whether a missing value is what it is for, and worth no warning. */
  readonly expectsMissing?: boolean;
  /** Pure. Values are masked already. */
  run(given: readonly unknown[], reader: Reader): unknown;
}

const text = (run: (said: string) => string): Helper => ({
  takes: ["value"],
  run: ([value], reader) => run(reader.text(value)),
});

/** What a template may call. A word alone is a field, never one of these. */
export const HELPERS: Readonly<Record<string, Helper>> = {
  json: { takes: ["value"], run: ([value], reader) => new JsonText(reader.json(value)) },
  upper: text((said) => said.toUpperCase()),
  lower: text((said) => said.toLowerCase()),
  date: text((said) => {
    const moment = parseTimestamp(said);
    return moment === undefined ? said : formatUtcSeconds(moment);
  }),
  duration: {
    takes: ["seconds"],
    run: ([seconds], reader) =>
      (typeof seconds === "number" ? formatDuration(seconds) : undefined) ?? reader.text(seconds),
  },
  truncate: {
    takes: ["value", "length"],
    run: ([value, length], reader) =>
      cut(reader.text(value), typeof length === "number" ? Math.max(0, Math.floor(length)) : 0),
  },
  default: {
    takes: ["value", "other"],
    expectsMissing: true,
    run: ([value, other]) =>
      value === undefined || value === null || value === "" ? other : value,
  },
  eq: {
    takes: ["value", "other"],
    expectsMissing: true,
    run: ([value, other]) => value === other,
  },
};
