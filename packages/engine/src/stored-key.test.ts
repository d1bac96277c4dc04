import { expect, test } from "vitest";
import { storedKey } from "./stored-key.ts";

test("a text that is short enough is its own key, of whatever characters", () => {
  for (const text of ["", "tenant-1", "x".repeat(400), "\u{1d11e}".repeat(200)]) {
    expect(storedKey(text)).toBe(text);
  }
});

test("a longer one has a key of its own, which is short and begins as it does", () => {
  const [one, other] = [`${"x".repeat(400)}1`, `${"x".repeat(400)}2`].map((text) =>
    storedKey(text),
  );
  expect(one).toHaveLength(400);
  expect(one).toMatch(/^x{356}~[\w-]{43}$/);
  expect(one).not.toBe(other);
  expect(storedKey("y".repeat(1_000_000), 64)).toHaveLength(64);
});
