import { API_VERSION, type AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import type { ChannelProof } from "../proof.ts";
import { workingConfig } from "../working-config.ts";

const POSITIVE: unknown = expect.toSatisfy(
  (value) => typeof value === "number" && value > 0 && Number.isFinite(value),
);

/** What the dispatcher takes at its word. */
export function describeDeclaration(channel: AnyChannel, proof: ChannelProof): void {
  const { apiVersion, type, title, limits, inbound } = channel;
  describe("the declaration", () => {
    test("names the channel in a way that a config can name it too", () => {
      expect(type).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(title).toMatch(/\S/);
    });

    test("is written for this version of the contract", () => {
      expect(apiVersion).toBe(API_VERSION);
    });

    test("states limits that can be held", () => {
      const { concurrency, maxBytes = 1 } = limits;
      for (const limit of [concurrency, maxBytes, inbound?.maxBytes ?? 1]) {
        expect(Number.isSafeInteger(limit) && limit >= 1, `${limit} is not a limit`).toBe(true);
      }
      const config = workingConfig(channel, proof, "http://127.0.0.1:1").parsed;
      const pace: unknown = typeof limits.pace === "function" ? limits.pace(config) : limits.pace;
      if (pace !== undefined) expect(pace).toEqual({ perSecond: POSITIVE, burst: POSITIVE });
      expect(limits.dropsRepeats).toBeTypeOf("boolean");
      expect(inbound?.path ?? "/").toMatch(/^\/[^?#\s]*$/);
    });
  });
}
