import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration } from "./timestamp.ts";

describe("formatDuration", () => {
  it.each([
    [0, "0 s"],
    [0.9, "0 s"],
    [1, "1 s"],
    [59.999, "59 s"],
    [60, "1 min"],
    [61, "1 min 1 s"],
    [645, "10 min 45 s"],
    [3_600, "1 h"],
    [3_659, "1 h"],
    [3_660, "1 h 1 min"],
    [86_400, "1 d"],
    [86_400 + 59, "1 d"],
    [93_600, "1 d 2 h"],
    [400 * 86_400, "400 d"],
  ])("says %d seconds as %j", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([-1, -0.001, Number.NaN])("has no word for %d seconds", (seconds) => {
    expect(formatDuration(seconds)).toBeUndefined();
  });

  it("never says more than the run took, and misses less than the smaller of its two units", () => {
    const sizes: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, min: 60, s: 1 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
        const parts = (formatDuration(seconds) ?? "").matchAll(/(\d+) (d|h|min|s)/g);
        const said = [...parts].map(([, count, unit]) => Number(count) * (sizes[unit ?? ""] ?? 0));
        const total = said.reduce((sum, part) => sum + part, 0);
        expect(said.length).toBeLessThanOrEqual(2);
        expect(total).toBeLessThanOrEqual(seconds);
        expect(seconds - total).toBeLessThan(seconds < 3_600 ? 1 : seconds < 86_400 ? 60 : 3_600);
      }),
    );
  });
});
