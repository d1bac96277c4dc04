import { describe, expect, test } from "vitest";
import {
  LIST_CASES,
  LOGIC_CASES,
  NULL_CASES,
  STATUS_CASES,
  VALUE_CASES,
} from "./testing/rule-cases.ts";
import { verdict } from "./testing/rules.ts";

describe.each([
  ["a single value", VALUE_CASES],
  ["status, without case", STATUS_CASES],
  ["null and what is not there", NULL_CASES],
  ["lists and their elements", LIST_CASES],
  ["rules that are joined", LOGIC_CASES],
])("%s", (_, cases) => {
  test.each(cases.map(([rule, event, fits]) => ({ rule, event, fits })))(
    "$rule on $event: $fits",
    ({ rule, event, fits }) => expect(verdict(rule, event)).toBe(fits),
  );

  test.each(cases.map(([rule, event, fits]) => ({ rule, event, fits })))(
    "not $rule on $event: the inverse of $fits",
    ({ rule, event, fits }) => {
      expect(verdict({ $not: rule }, event)).toBe(!fits);
      expect(verdict({ $nor: [rule] }, event)).toBe(!fits);
      expect(verdict({ $not: { $not: rule } }, event)).toBe(fits);
    },
  );
});
