import { expect, test } from "vitest";
import { mergePatch } from "./merge-patch.ts";

// The examples of RFC 7396, appendix A.
test.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', "{}"],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', "null", "null"],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
  ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
])("%s patched by %s is %s", (before, patch, after) => {
  expect(JSON.stringify(mergePatch(JSON.parse(before), JSON.parse(patch)))).toBe(after);
});

test("*** in the place of a text leaves it, and is a text like others elsewhere", () => {
  const before = { secret: "s", headers: { a: "x" }, list: ["y"], count: 5 };
  const patch = { secret: "***", headers: { a: "***", b: "***" }, list: ["***"], count: "***" };
  expect(mergePatch(before, patch)).toEqual({
    secret: "s",
    headers: { a: "x", b: "***" },
    list: ["***"],
    count: "***",
  });
});

test("names that objects inherit are names like others", () => {
  const patch: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}');
  const merged = mergePatch({ b: 2 }, patch) as Record<string, unknown>;
  expect(Object.keys(merged)).toEqual(["b", "__proto__", "constructor"]);
  expect([merged["a"], ({} as Record<string, unknown>)["a"]]).toEqual([undefined, undefined]);
});
