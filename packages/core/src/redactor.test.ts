import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "./redact.ts";

describe("redactor", () => {
  it("masks the given secrets wherever they stand", () => {
    const mask = redactor(["s3cr3t-value"]);
    expect(mask("a s3cr3t-value,s3cr3t-value.")).toBe("a ***,***.");
  });

  it("masks a secret that is percent-encoded, in part or in whole", () => {
    const mask = redactor(["p@ss wörd/x"]);
    expect(mask("p%40ss%20w%C3%B6rd%2Fx p@ss%20w%C3%B6rd/x")).toBe("*** ***");
  });

  it("masks a secret that holds another one whole", () => {
    expect(redactor(["secret-1", "secret-123456"])("secret-123456 secret-1")).toBe("*** ***");
  });

  it.each([
    [
      "the path",
      "https://hooks.example.com/services/T0/B0/abc123xyz789",
      "Cannot POST /services/T0/B0/abc123xyz789",
    ],
    ["a long part of the path", "https://x.example/in/abc123xyz789/now", "no hook abc123xyz789"],
    ["a value of the query", "https://x.example/in?sp=1&sig=abc123xyz789", "bad abc123xyz789"],
    ["the token of a header", "Bearer abc123xyz789", "unknown token abc123xyz789"],
  ])("masks %s that a receiver echoes", (_, secret, echo) => {
    expect(redactor([secret])(echo)).not.toContain("abc123xyz789");
  });

  it("leaves the short words of a URL's path alone", () => {
    expect(redactor(["https://x.example/in/hooks/"])("in hooks, no hooks")).toBe(
      "in hooks, no hooks",
    );
  });

  it("takes a secret literally, not as a pattern", () => {
    const mask = redactor(["a.c$&(x)+"]);
    expect(mask("a.c$&(x)+ abcd")).toBe("*** abcd");
  });

  it("does not search for what is too short to be a secret", () => {
    expect(redactor(["", "a", "abcde"])("a banana, abcde")).toBe("a banana, abcde");
  });

  it("masks by shape as well", () => {
    expect(redactor(["s3cr3t-value"])("password=x s3cr3t-value")).toBe("password=*** ***");
    expect(redactor([])("token=x")).toBe("token=***");
  });

  it("stands a secret that holds half a character", () => {
    expect(() => redactor(["abcdef\uD83D"])("abcdef\uD83D")).not.toThrow();
  });

  it("lets no secret through", () => {
    const secret = fc.string({ minLength: 6, maxLength: 60, unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 5 }),
        fc.string(),
        (secrets, text) => {
          const given = secrets.map((each) => `~${each}`);
          const masked = redactor(given)(given.flatMap((each) => [each, text]).join(" "));
          for (const each of given) expect(masked).not.toContain(each);
        },
      ),
    );
  });
});
