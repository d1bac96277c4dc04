import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { sign, signingKey } from "./signature.ts";

const secretOf = (bytes: number): string => `whsec_${randomBytes(bytes).toString("base64")}`;

describe("sign", () => {
  test("makes the signature that Standard Webhooks publishes as its example", () => {
    const signature = sign(
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1614265330,
      '{"test": 2432232314}',
    );
    expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  test("agrees with the standardwebhooks package on any message", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.stringMatching(/^[a-z]{3}_[0-9A-Za-z]{1,30}$/),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.string({ unit: "grapheme" }),
        (key, id, timestamp, body) => {
          const secret = `whsec_${Buffer.from(key).toString("base64")}`;
          const theirs = new Webhook(secret).sign(id, new Date(timestamp * 1000), body);
          expect(sign(secret, id, timestamp, body)).toBe(theirs);
        },
      ),
    );
  });

  test("throws on a malformed secret and does not quote it", () => {
    const call = (): string => sign("whsec_tooshort", "dlv_1", 1, "{}");
    expect(call).toThrow("malformed signing secret");
    expect(call).not.toThrow(/tooshort/);
  });
});

describe("signingKey", () => {
  test.each([24, 25, 26, 32, 64])("reads a key of %i bytes, with padding or without", (bytes) => {
    const secret = secretOf(bytes);
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    expect(signingKey(secret)).toEqual(key);
    expect(signingKey(secret.replace(/=+$/, ""))).toEqual(key);
  });

  test.each([
    ["a key of 23 bytes", secretOf(23)],
    ["a key of 65 bytes", secretOf(65)],
    ["no key", "whsec_"],
    ["no prefix", secretOf(32).slice("whsec_".length)],
    ["the prefix of a private key", secretOf(32).replace("whsec_", "whsk_")],
    ["the prefix in capitals", secretOf(32).replace("whsec_", "WHSEC_")],
    ["the alphabet of URLs", `whsec_${Buffer.alloc(32, 0xfb).toString("base64url")}`],
    ["a space in front", ` ${secretOf(32)}`],
    ["a line break behind", `${secretOf(32)}\n`],
    ["bits that no byte uses", `whsec_${"A".repeat(42)}B=`],
    ["padding in the middle", `whsec_${"A".repeat(20)}=${"A".repeat(19)}`],
    ["more padding than is due", `whsec_${"A".repeat(32)}=`],
    ["less padding than is due", `whsec_${"A".repeat(34)}=`],
  ])("refuses %s", (_what, secret) => {
    expect(signingKey(secret)).toBeUndefined();
  });
});
