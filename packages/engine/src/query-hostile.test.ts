import { describe, expect, test } from "vitest";
import { compileQuery } from "./compile-query.ts";
import { rule, verdict } from "./testing/rules.ts";

describe("what every object inherits is not the event's", () => {
  test.each([
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "a.__proto__",
    "a.constructor.name",
  ])("%s is not there", (path) => {
    for (const event of [{}, { a: {} }, { a: [] }, { a: [{}] }]) {
      expect(verdict({ [path]: { $exists: true } }, event)).toBe(false);
      expect(verdict({ [path]: { $glob: "*" } }, event)).toBe(false);
    }
  });

  test("a field of that name is the event's own, and can be asked for", () => {
    const event: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": "c"}');
    expect(verdict(JSON.parse('{"__proto__.x": 1}'), event)).toBe(true);
    expect(verdict({ constructor: "c" }, event)).toBe(true);
    expect(verdict({ x: { $exists: true } }, event)).toBe(false);
    expect(verdict({ polluted: { $exists: false } }, {})).toBe(true);
  });

  test("objects are compared by their own fields", () => {
    const own: unknown = JSON.parse('{"__proto__": 1}');
    expect(verdict({ a: { $eq: own } }, { a: { toString: 1 } })).toBe(false);
    expect(verdict({ a: { $eq: { toString: 1 } } }, { a: JSON.parse('{"__proto__": 1}') })).toBe(
      false,
    );
    expect(verdict({ a: { $eq: own } }, { a: JSON.parse('{"__proto__": 1}') })).toBe(true);
  });

  test("no event can be reached through a rule's path into a function", () => {
    expect(verdict({ "a.constructor.constructor": { $exists: true } }, { a: "text" })).toBe(false);
    expect(verdict({ "a.length": { $exists: true } }, { a: "text" })).toBe(false);
  });
});

describe("rules and events made to be slow come to an end", () => {
  test("a long list against a long list", () => {
    const wanted = Array.from({ length: 1000 }, (_, index) => `wanted-${index}`);
    const tags = Array.from({ length: 50_000 }, (_, index) => index);
    const many = { $or: Array.from({ length: 20 }, () => ({ tags: { $in: wanted } })) };
    expect(verdict(many, { tags })).toBe(false);
  });

  test("a pattern for each of many short texts can't be evaluated rather than waited for", () => {
    const slow = { $glob: `*${"a".repeat(100)}b` };
    const tags = Array.from({ length: 3000 }, () => "a".repeat(300));
    const many = { $or: Array.from({ length: 20 }, () => ({ tags: slow })) };
    expect(verdict(many, { tags })).toBe("unknown");
  });

  test("an element that fits is found although patterns are slow on the ones before", () => {
    const tags = ["a".repeat(3000), "b"];
    expect(verdict({ tags: { $glob: "b" } }, { tags })).toBe(true);
  });

  test("saying what is at fault reads no more of a long value than it shows", () => {
    const tags = Array.from({ length: 10_000 }, () => "password=");
    const many = rule({ $or: Array.from({ length: 150 }, () => ({ tags: "x" })) });
    expect(many.blame({ tags })).toMatch(/^tags = "x" .* and 145 more$/);
  });
});

test("a rule that is changed after it was compiled does not change the compiled one", () => {
  const input: Record<string, unknown> = { a: { $in: [1] }, $or: [{ b: 1 }] };
  const compiled = compileQuery(input);
  input["a"] = { $in: [2] };
  (input["$or"] as object[]).push({ c: 1 });
  expect(compiled.ok && compiled.query.test({ a: 1, b: 1 })).toBe(true);
  expect(compiled.ok && compiled.query.test({ a: 2, c: 1 })).toBe(false);
});
