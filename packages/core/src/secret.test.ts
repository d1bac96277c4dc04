import { describe, expect, it } from "vitest";
import { z } from "zod";
import { madeSecrets, secret, secretsIn, sensitive } from "./secret.ts";

const word = z.string();

describe("secretsIn", () => {
  it.each([
    ["a field", z.object({ a: secret(word), b: word }), { a: "s1", b: "open" }],
    ["a sensitive field", z.object({ a: sensitive(z.url()) }), { a: "s1" }],
    ["a nested field", z.object({ a: z.object({ b: secret(word) }) }), { a: { b: "s1" } }],
    ["a list", z.object({ a: z.array(secret(word)) }), { a: ["s1", "s2"] }],
    ["a list in a secret", z.object({ a: secret(z.array(word)) }), { a: ["s1", "s2"] }],
    ["objects of a list", z.array(z.object({ k: secret(word), n: word })), [{ k: "s1", n: "x" }]],
    ["a tuple", z.tuple([word, secret(word)]), ["open", "s1"]],
    ["the rest of a tuple", z.tuple([word], secret(word)), ["open", "s1", "s2"]],
    ["a record", z.record(word, secret(word)), { "x-key": "s1", constructor: "s2" }],
    ["any other field", z.object({ a: word }).catchall(secret(word)), { a: "open", b: "s1" }],
    ["an object that is one", secret(z.looseObject({ a: word })), { a: "s1", more: { b: "s2" } }],
    ["an optional field", z.object({ a: secret(word).optional() }), { a: "s1" }],
    ["a nullable field", z.object({ a: secret(word).nullable() }), { a: "s1" }],
    ["a nullish field", z.object({ a: secret(word).nullish() }), { a: "s1" }],
    ["a field with a default", z.object({ a: secret(word).default("") }), { a: "s1" }],
    ["a field that is checked further", z.object({ a: secret(word).min(2) }), { a: "s1" }],
    ["a field that is converted", z.object({ a: secret(word.transform(Number)) }), { a: "s1" }],
    ["a union of texts", z.union([secret(word), z.number()]), "s1"],
    ["a union of shapes", z.union([word, z.object({ p: secret(word) })]), { p: "s1" }],
    [
      "a union told by a field",
      z.discriminatedUnion("mode", [
        z.object({ mode: z.literal("a"), url: word }),
        z.object({ mode: z.literal("b"), password: secret(word) }),
      ]),
      { mode: "b", password: "s1" },
    ],
    [
      "two shapes at once",
      z.intersection(z.object({ a: secret(word) }), z.object({ b: word })),
      {
        a: "s1",
        b: "open",
      },
    ],
    [
      "a schema with an id",
      z.object({ a: secret(word).meta({ id: "Key" }), b: word }),
      {
        a: "s1",
        b: "open",
      },
    ],
  ])("finds the secrets in %s", (_, schema, config) => {
    const expected = JSON.stringify(config).match(/s\d/g);
    expect(secretsIn(schema, config)).toEqual(expected);
  });

  it("finds the secrets of a schema that holds itself", () => {
    const node = z.object({
      key: secret(word),
      get inner() {
        return node.optional();
      },
    });
    const config = { key: "s1", inner: { key: "s2", inner: { key: "s3" } } };
    expect(secretsIn(node, config)).toEqual(["s1", "s2", "s3"]);
  });

  it("names a secret once, however often it stands there", () => {
    expect(secretsIn(z.array(secret(word)), ["s1", "s1"])).toEqual(["s1"]);
  });

  it("finds nothing where no secret is given", () => {
    const schema = z.object({ a: secret(word).nullish(), b: word, c: z.unknown() });
    expect(secretsIn(schema, { a: null, b: "open", c: { a: "open" } })).toEqual([]);
    expect(secretsIn(schema, { b: "open" })).toEqual([]);
    expect(secretsIn(schema, null)).toEqual([]);
    expect(secretsIn(schema, "open")).toEqual([]);
  });

  it("stands hostile keys and depth in what the schema leaves open", () => {
    const config: unknown = JSON.parse(
      `{"__proto__":{"a":"open"},"a":"s1","free":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    );
    const schema = z.object({ a: secret(word), free: z.unknown() });
    expect(secretsIn(schema, config)).toEqual(["s1"]);
  });
});

describe("secret", () => {
  it("leaves what is accepted as it was", () => {
    const schema = z.object({ a: secret(word.min(2)) });
    expect(schema.safeParse({ a: "s1" }).success).toBe(true);
    expect(schema.safeParse({ a: "s" }).success).toBe(false);
  });

  it("shows in the JSON Schema as writeOnly", () => {
    const shown = z.toJSONSchema(z.object({ a: secret(word), b: word }));
    expect(shown.properties).toEqual({
      a: { type: "string", writeOnly: true },
      b: { type: "string" },
    });
  });
});

describe("madeSecrets", () => {
  it("names the fields that are made when they are not given", () => {
    const schema = z.object({
      url: sensitive(z.url()),
      password: secret(word),
      secret: secret(word, { made: "standard-webhooks" }).optional(),
    });
    expect([...madeSecrets(schema)]).toEqual([["secret", "standard-webhooks"]]);
  });

  it("names none where none is made", () => {
    expect(madeSecrets(z.object({ a: secret(word) })).size).toBe(0);
    expect(madeSecrets(word).size).toBe(0);
  });
});
