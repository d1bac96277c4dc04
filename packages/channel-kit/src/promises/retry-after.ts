import type { AnyChannel, Outcome } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { answers } from "../behaviour.ts";
import type { ChannelProof } from "../proof.ts";
import { TEST_TIME } from "../test-host.ts";
import { useTrial } from "../trial.ts";

const AHEAD_MS = 120_000;

/** The three forms of RFC 9110, 5.6.7, of the moment that lies this far ahead. */
const DATES: readonly string[] = [
  new Date(TEST_TIME + AHEAD_MS).toUTCString(),
  "Tuesday, 24-Nov-26 12:32:00 GMT",
  "Tue Nov 24 12:32:00 2026",
];

const READABLE = [
  { form: "in seconds", values: ["7", "007"], afterMs: 7_000 },
  { form: "in parts of seconds", values: ["1.5"], afterMs: 1_500 },
  { form: "as a date", values: DATES, afterMs: AHEAD_MS },
] as const;

const WITHOUT_USE: readonly string[] = [
  new Date(TEST_TIME - AHEAD_MS).toUTCString(),
  "0",
  "-5",
  "soon",
  "1e3",
  "NaN",
  "Infinity",
  "5 s",
  "Tue, 99 Nov 2026 12:32:00 GMT",
];

/** That a service which asks for time gets it. */
export function describeRetryAfter(channel: AnyChannel, proof: ChannelProof): void {
  describe("Retry-After", () => {
    const trial = useTrial(channel, proof);

    /** What each value comes to on the two statuses that carry it most. */
    const waits = async (values: readonly string[]): Promise<readonly (readonly unknown[])[]> => {
      const found: (readonly unknown[])[] = [];
      for (const status of [429, 503]) {
        for (const value of values) {
          const headers = { "retry-after": value };
          const outcome = await trial().send(answers({ status, headers }));
          found.push([status, value, waitOf(outcome)]);
        }
      }
      return found;
    };
    const expected = (values: readonly string[], wait: unknown): readonly (readonly unknown[])[] =>
      [429, 503].flatMap((status) => values.map((value) => [status, value, wait]));

    test.each(READABLE)("is waited for $form", async ({ values, afterMs }) => {
      expect(await waits(values)).toEqual(expected(values, afterMs));
    });

    test("is as if it were not there when it is past or can't be read", async () => {
      expect(await waits(WITHOUT_USE)).toEqual(expected(WITHOUT_USE, "no wait"));
    });
  });
}

function waitOf(outcome: Outcome): unknown {
  return outcome.kind === "retry" ? (outcome.afterMs ?? "no wait") : outcome.kind;
}
