import { expect, it } from "vitest";
import { counted, sayLength } from "./counted.ts";

it.each([
  [0, "0 failures"],
  [1, "1 failure"],
  [2, "2 failures"],
])("counts %d in words", (count, said) => expect(counted(count, "failure")).toBe(said));

it("takes a plural that is not made with an s", () => {
  expect(counted(1, "retry", "retries")).toBe("1 retry");
  expect(counted(3, "retry", "retries")).toBe("3 retries");
});

it.each([
  [-5, "0 seconds"],
  [0, "0 seconds"],
  [0.4, "0 seconds"],
  [1, "1 second"],
  [59.6, "1 minute"],
  [61, "1 minute 1 second"],
  [600, "10 minutes"],
  [3_600, "1 hour"],
  [3_601, "1 hour"],
  [5_400, "1 hour 30 minutes"],
  [86_400 + 7_200 + 59, "1 day 2 hours"],
  [86_400 * 30, "30 days"],
])("says %d seconds in its two largest units", (seconds, said) => {
  expect(sayLength(seconds)).toBe(said);
});
