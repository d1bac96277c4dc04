import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SEAL_KEY_BYTES, seal, unseal } from "./seal.ts";

const key = randomBytes(SEAL_KEY_BYTES);

test("what was sealed is opened with the same key and context, whatever it is", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (secret, context) => {
      expect(unseal(key, context, seal(key, context, secret))).toBe(secret.toWellFormed());
    }),
  );
});

test("sealing twice gives two forms, and neither shows the secret", () => {
  const [one, two] = [seal(key, "a", "hunter2hunter2"), seal(key, "a", "hunter2hunter2")];
  expect(one).not.toBe(two);
  expect(Buffer.from(one.slice(3), "base64").includes("hunter2")).toBe(false);
});

test("another key or another context opens nothing", () => {
  const sealed = seal(key, "a/secret", "x");
  expect(() => unseal(randomBytes(SEAL_KEY_BYTES), "a/secret", sealed)).toThrow(
    "SYNCBELL_SECRET_KEY",
  );
  expect(() => unseal(key, "b/secret", sealed)).toThrow("can't be opened");
});

test("a sealed secret that was altered, in whatever place, is not opened", () => {
  const sealed = seal(key, "a", "a secret of some length");
  const bytes = Buffer.from(sealed.slice(3), "base64");
  for (let index = 0; index < bytes.length; index++) {
    const altered = Buffer.from(bytes);
    altered[index] = (altered[index] ?? 0) ^ 1;
    expect(() => unseal(key, "a", `s1.${altered.toString("base64")}`)).toThrow("can't be opened");
  }
});

test.each(["", "s1", "s1.", "s2.AAAA", "plain text", "s1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])(
  "%j is not in a form that can be opened",
  (text) => expect(() => unseal(key, "a", text)).toThrow(/can't be opened|not in a form/),
);
