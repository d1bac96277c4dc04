import { describe, expect, test } from "vitest";
import { z } from "zod";
import { httpUrl, requestHeaders } from "./config-fields.ts";
import { maskSecrets, secret, sensitive } from "./secret.ts";

const word = z.string();

describe("maskSecrets", () => {
  test.each<readonly [string, z.ZodType, unknown, unknown]>([
    ["a field", z.object({ a: secret(word), b: word }), { a: "s", b: "b" }, { a: "***", b: "b" }],
    ["a text alone", secret(word), "s", "***"],
    ["an optional field", z.object({ a: secret(word).optional() }), { a: "s" }, { a: "***" }],
    ["a field with a default", z.object({ a: secret(word).default("") }), { a: "s" }, { a: "***" }],
    [
      "a record in an object in a record",
      z.object({ to: z.record(word, z.object({ headers: requestHeaders, url: word })) }),
      { to: { x: { headers: { "x-key": "s", constructor: "s" }, url: "u" } } },
      { to: { x: { headers: { "x-key": "***", constructor: "***" }, url: "u" } } },
    ],
    [
      "a secret that is an object: every text in it",
      z.object({ a: secret(z.looseObject({ b: word })) }),
      { a: { b: "s", list: ["s", { c: "s" }], n: 5, none: null } },
      { a: { b: "***", list: ["***", { c: "***" }], n: 5, none: null } },
    ],
    ["a list", z.object({ a: z.array(secret(word)) }), { a: ["s", "s"] }, { a: ["***", "***"] }],
    ["a tuple", z.tuple([word, secret(word)]), ["open", "s"], ["open", "***"]],
    ["the rest of a tuple", z.tuple([word], secret(word)), ["open", "s"], ["open", "***"]],
    [
      "objects of a list",
      z.array(z.object({ k: secret(word), n: word })),
      [{ k: "s", n: "n" }],
      [{ k: "***", n: "n" }],
    ],
    ["a union of texts", z.union([z.number(), secret(word)]), "s", "***"],
    [
      "a union of shapes",
      z.object({ a: z.union([word, z.object({ p: secret(word), q: word })]) }),
      { a: { p: "s", q: "q" } },
      { a: { p: "***", q: "q" } },
    ],
    [
      "a union in a union",
      z.union([z.number(), z.union([z.boolean(), z.object({ p: secret(word).nullable() })])]),
      { p: "s" },
      { p: "***" },
    ],
    [
      "a union told by a field",
      z.discriminatedUnion("mode", [
        z.object({ mode: z.literal("workflow"), url: secret(httpUrl) }),
        z.object({ mode: z.literal("bot"), app_id: word, app_password: secret(word) }),
      ]),
      { mode: "bot", app_id: "id", app_password: "s" },
      { mode: "bot", app_id: "id", app_password: "***" },
    ],
    [
      "two shapes at once",
      z.intersection(z.object({ a: secret(word) }), z.object({ b: word })),
      { a: "s", b: "b" },
      { a: "***", b: "b" },
    ],
    [
      "a schema with an id",
      z.object({ a: secret(word).meta({ id: "MaskedKey" }), b: word }),
      { a: "s", b: "b" },
      { a: "***", b: "b" },
    ],
  ])("masks %s", (_, schema, config, shown) => {
    expect(maskSecrets(schema, config)).toEqual(shown);
  });

  test("masks the secrets of a schema that holds itself", () => {
    const node = z.object({
      key: secret(word),
      name: word,
      get inner() {
        return node.optional();
      },
    });
    expect(maskSecrets(node, { key: "s", name: "a", inner: { key: "s", name: "b" } })).toEqual({
      key: "***",
      name: "a",
      inner: { key: "***", name: "b" },
    });
  });

  test("shows its owner what is only sensitive, and whatever else the schema leaves open", () => {
    const schema = z.looseObject({ url: sensitive(httpUrl), free: z.unknown() });
    const config = { url: "https://example.com/hook", free: { secret: ["open"] }, more: "open" };
    expect(maskSecrets(schema, config)).toEqual(config);
  });

  test("adds nothing where no secret is given, and does not change the config", () => {
    const schema = z.object({ a: secret(word).nullish(), b: word });
    expect(maskSecrets(schema, { b: "b" })).toEqual({ b: "b" });
    expect(maskSecrets(schema, { a: null, b: "b" })).toEqual({ a: null, b: "b" });
    expect(maskSecrets(schema, null)).toBeNull();
    const config = Object.freeze({ a: "s", b: "b" });
    maskSecrets(schema, config);
    expect(config.a).toBe("s");
  });

  test("stands hostile keys in what the schema leaves open", () => {
    const config = JSON.parse('{"__proto__":{"a":"open"},"a":"s","constructor":{"a":1}}') as object;
    const shown = maskSecrets(z.looseObject({ a: secret(word) }), config) as typeof config;
    expect(JSON.stringify(shown)).toBe(
      '{"__proto__":{"a":"open"},"a":"***","constructor":{"a":1}}',
    );
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
  });
});

test("of shapes told apart by a word, the one with that word says what is secret", () => {
  const schema = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("open"), url: z.string() }),
    z.object({ kind: z.literal("closed"), url: secret(z.string()) }),
  ]);
  const url = "https://example.com";
  expect(maskSecrets(schema, { kind: "open", url })).toEqual({ kind: "open", url });
  expect(maskSecrets(schema, { kind: "closed", url })).toEqual({ kind: "closed", url: "***" });
  expect(maskSecrets(schema, { kind: "other", url })).toEqual({ kind: "other", url: "***" });
});
