import type { z } from "zod";
import type { Aim, ConfigPath } from "./config-problem.ts";
import { KNOWN_KEYS } from "./config-schema.ts";
import { nearest } from "./nearest.ts";

/** Takes down a problem at a path of the config. */
export type Report = (path: ConfigPath, message: string, aim?: Aim) => void;

/** Reports what zod found in the part of the config at `at`, one problem for each mistake. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  at: ConfigPath,
  report: Report,
): void {
  const mistyped = new Set(issues.flatMap(meantKeys));
  for (const issue of issues) {
    // A mistyped key is one mistake, told at the key: that the right one is missing goes without saying.
    if (issue.message === REQUIRED && mistyped.has(issue.path.join("."))) continue;
    const path = [...at, ...issue.path.map((step) => (typeof step === "symbol" ? "" : step))];
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) report([...path, key], unknownKey(key), "key");
    } else if (path.length === 0) {
      report(path, `the config ${issue.message}`);
    } else {
      report(path, `${nameOf(path)} ${issue.message}`);
    }
  }
}

const REQUIRED = "is required";

/** The paths of the keys that unknown ones were probably meant to be. */
function meantKeys(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code !== "unrecognized_keys") return [];
  return issue.keys.flatMap((key) => {
    const meant = nearest(key, KNOWN_KEYS);
    return meant === undefined ? [] : [[...issue.path, meant].join(".")];
  });
}

/** The last word of a path: of an item in a list, the list's name with its position. */
function nameOf(path: ConfigPath): string {
  const last = path.at(-1);
  return typeof last === "number"
    ? `"${String(path.at(-2) ?? "")}[${last}]"`
    : quoteKey(String(last));
}

/** Where a colon was forgotten, what stands for a key holds the value too, which may be a secret. */
function quoteKey(key: string): string {
  return /^[\w.-]{1,40}$/.test(key) ? `"${key}"` : "this key";
}

function unknownKey(key: string): string {
  if (KNOWN_KEYS.includes(key)) return `"${key}" does not belong here`;
  const meant = nearest(key, KNOWN_KEYS);
  return `${quoteKey(key)} is not a setting${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
}
