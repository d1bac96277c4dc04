import { API_VERSION, type AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";

/** What the dispatcher takes at its word. */
export function describeDeclaration({
  apiVersion,
  type,
  title,
  limits,
  inbound,
}: AnyChannel): void {
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
      expect(limits.dropsRepeats).toBeTypeOf("boolean");
      expect(inbound?.path ?? "/").toMatch(/^\/[^?#\s]*$/);
    });
  });
}
