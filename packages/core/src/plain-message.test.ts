import { describe, expect, it } from "vitest";
import { z } from "zod";
import { kindOf, plainMessage } from "./plain-message.ts";

function messageFor(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, { error: plainMessage }).error?.issues[0]?.message;
}

describe("plainMessage", () => {
  it.each([
    [z.string(), undefined, "is required"],
    [z.string(), null, "must be text, not null"],
    [z.string(), 5, "must be text, not a number"],
    [z.number(), "5", "must be a number, not text"],
    [z.boolean(), "yes", "must be true or false, not text"],
    [z.array(z.string()), {}, "must be a list, not an object"],
    [z.object({}), [], "must be an object, not a list"],
    [z.int(), 1.5, "must be a whole number"],
    [z.number().min(2), 1, "must be at least 2"],
    [z.number().positive(), 0, "must be more than 0"],
    [z.number().max(2), 3, "must be at most 2"],
    [z.number().lt(2), 2, "must be less than 2"],
    [z.string().min(1), "", "must not be empty"],
    [z.string().min(8), "x", "must be at least 8 characters long"],
    [z.string().max(2), "xyz", "must be at most 2 characters long"],
    [z.array(z.string()).min(1), [], "must not be empty"],
    [z.array(z.string()).max(2), ["a", "b", "c"], "must be at most 2 entries long"],
    [z.literal("a"), "b", 'must be "a"'],
    [z.enum(["a", "b"]), "c", 'must be "a" or "b"'],
  ])("says plainly what is wrong: %#", (schema, value, message) => {
    expect(messageFor(schema, value)).toBe(message);
  });

  it("gives way to a message that the schema has of its own", () => {
    expect(messageFor(z.string().min(3, "must be a name"), "x")).toBe("must be a name");
  });
});

describe("kindOf", () => {
  it.each([
    ["x", "text"],
    [5, "a number"],
    [Infinity, "a number too large to read"],
    [false, "true or false"],
    [null, "null"],
    [undefined, "nothing"],
    [[], "a list"],
    [{}, "an object"],
  ])("says what %j is", (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });
});
