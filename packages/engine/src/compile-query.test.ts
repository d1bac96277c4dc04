import { describe, expect, test } from "vitest";
import { compileQuery } from "./compile-query.ts";
import { problemsOf } from "./testing/rules.ts";

/** A value inside `levels` lists. */
function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

describe("a rule that can't be read says where and why", () => {
  const refusals: readonly (readonly [unknown, readonly (string | number)[], RegExp])[] = [
    ["failed", [], /object of conditions, not text/],
    [null, [], /not null/],
    [[], [], /not a list/],
    [7, [], /not a number/],
    [{ $status: 1 }, ["$status"], /\$status is not an operator/],
    [{ $gt: 5 }, ["$gt"], /\$gt belongs under a field/],
    [{ $where: "1" }, ["$where"], /not an operator/],
    [{ duration: Infinity }, ["duration"], /no number that JSON can't carry/],
    [{ duration: { $lt: -Infinity } }, ["duration", "$lt"], /like \.inf or \.nan/],
    [{ a: { $not: { $in: [1, Number.NaN] } } }, ["a", "$not", "$in"], /can't carry/],
    [{ a: { $eq: { b: [Infinity] } } }, ["a", "$eq"], /can't carry/],
    [{ $and: { a: 1 } }, ["$and"], /takes a list of rules/],
    [{ $or: [] }, ["$or"], /takes a list of rules/],
    [{ $nor: "x" }, ["$nor"], /takes a list of rules/],
    [{ $and: [{ a: 1 }, "x"] }, ["$and", 1], /object of conditions, not text/],
    [{ $not: 1 }, ["$not"], /object of conditions, not a number/],
    [{ $or: [{ $nor: [{ a: { $foo: 1 } }] }] }, ["$or", 0, "$nor", 0, "a", "$foo"], /\$foo is not/],
    [{ task: { name: "x" } }, ["task"], /dotted path: "task.name"/],
    [{ task: {} }, ["task"], /dotted path/],
    [{ task: { $eq: 1, name: 2 } }, ["task"], /"task.name"/],
    [{ "": 1 }, [""], /not a dotted path/],
    [{ "a..b": 1 }, ["a..b"], /not a dotted path/],
    [{ ".a": 1 }, [".a"], /not a dotted path/],
    [{ "a.": 1 }, ["a."], /not a dotted path/],
    [{ [Array(17).fill("a").join(".")]: 1 }, [Array(17).fill("a").join(".")], /not a dotted path/],
    [{ a: { $in: 5 } }, ["a", "$in"], /takes a list/],
    [{ a: { $nin: { b: 1 } } }, ["a", "$nin"], /takes a list/],
    [{ a: { $in: Array(1001).fill(1) } }, ["a", "$in"], /at most 1000 values/],
    [{ a: Array(1001).fill(1) }, ["a"], /at most 1000 values/],
    [{ a: { $gt: [1] } }, ["a", "$gt"], /takes a number, a text/],
    [{ a: { $lte: {} } }, ["a", "$lte"], /takes a number, a text/],
    [{ a: { $exists: 1 } }, ["a", "$exists"], /takes true or false/],
    [{ a: { $glob: 5 } }, ["a", "$glob"], /takes a text/],
    [{ a: { $glob: "x".repeat(257) } }, ["a", "$glob"], /at most 256 characters/],
    [{ a: { $not: 5 } }, ["a", "$not"], /takes operators/],
    [{ a: { $not: {} } }, ["a", "$not"], /takes operators/],
    [{ a: { $not: { b: 1 } } }, ["a", "$not", "b"], /not the field "b"/],
    [{ a: { $not: { $in: 1 } } }, ["a", "$not", "$in"], /takes a list/],
    [{ a: { $regex: "x" } }, ["a", "$regex"], /not an operator that rules know: \$eq/],
    [{ a: { $and: [] } }, ["a", "$and"], /not an operator/],
  ];

  test.each(refusals.map(([input, path, message]) => ({ input, path, message })))(
    "at $path: $message",
    ({ input, path, message }) => {
      expect(problemsOf(input)).toEqual([{ path, message: expect.stringMatching(message) }]);
    },
  );

  test("all problems at once, each at its place", () => {
    const input = { a: { $foo: 1, $in: 2 }, $or: [{ b: { $exists: "no" } }, 5], $bar: 1 };
    expect(problemsOf(input).map(({ path }) => path.join("."))).toEqual([
      "a.$foo",
      "a.$in",
      "$or.0.b.$exists",
      "$or.1",
      "$bar",
    ]);
  });
});

describe("what a rule may hold has an end", () => {
  test("nesting", () => {
    const deep = nested(9, (inner) => ({ $and: [inner === 1 ? { a: 1 } : inner] }));
    const [problem] = problemsOf(deep);
    expect(problem?.path).toEqual(Array.from({ length: 9 }, () => ["$and", 0]).flat());
    expect(problem?.message).toMatch(/deeper/);
    expect(problemsOf(nested(8, (inner) => ({ $and: [inner === 1 ? { a: 1 } : inner] })))).toEqual(
      [],
    );
  });

  test.each([
    ["$not within $not", nested(100_000, (inner) => ({ $not: inner }))],
    ["$not within a field's $not", { a: nested(100_000, (inner) => ({ $not: inner })) }],
    ["$or within $or", nested(100_000, (inner) => ({ $or: [inner] }))],
  ])("nesting made to overflow the stack: %s", (_, input) => {
    expect(problemsOf(input).length).toBeGreaterThan(0);
  });

  test.each(["$eq", "$ne"])("nesting of the value that %s takes", (operator) => {
    const deep = nested(100_000, (inner) => [inner]);
    const [problem, ...others] = problemsOf({ a: { [operator]: deep } });
    expect(problem).toEqual({ path: ["a", operator], message: expect.stringMatching(/deeper/) });
    expect(others).toEqual([]);
    expect(problemsOf({ a: { [operator]: nested(16, (inner) => [inner]) } })).toEqual([]);
  });

  test("nesting of the values in a list, bare or not", () => {
    const deep = nested(100_000, (inner) => ({ a: inner }));
    expect(problemsOf({ a: { $in: [1, deep] } })[0]?.path).toEqual(["a", "$in"]);
    expect(problemsOf({ a: [deep] })[0]?.path).toEqual(["a"]);
  });

  test("conditions: 200 are taken, and what is over is one problem", () => {
    const conditions = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 1]));
    expect(problemsOf(conditions(200))).toEqual([]);
    expect(problemsOf(conditions(5000))).toEqual([
      { path: ["f200"], message: expect.stringMatching(/200 conditions at most/) },
    ]);
  });

  test("rules within rules, also where they hold no condition", () => {
    const problems = problemsOf({ $or: Array.from({ length: 100_000 }, () => ({})) });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/at most/);
  });

  test("problems: a rule of nothing but mistakes is not echoed whole", () => {
    const bad = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`$f${index}`, 1]));
    expect(problemsOf(bad).length).toBeLessThanOrEqual(200);
  });

  test("the length of a field's name", () => {
    expect(problemsOf({ ["x".repeat(100_000)]: 1 })).toHaveLength(1);
  });
});

test("a rule that was made for another purpose is refused, not run", () => {
  const json =
    '{"__proto__": {"$eq": 1}, "constructor": {"prototype": 1}, "toString": {"$call": 1}}';
  expect(problemsOf(JSON.parse(json)).map(({ path }) => path)).toEqual([
    ["constructor"],
    ["toString", "$call"],
  ]);
});

test("compiling twice gives rules that know nothing of each other", () => {
  const [first, second] = [compileQuery({ a: 1 }), compileQuery({ a: 2 })];
  expect(first.ok && first.query.test({ a: 1 })).toBe(true);
  expect(second.ok && second.query.test({ a: 1 })).toBe(false);
});

test.each([
  [{ outcome: "failled" }, ["outcome"]],
  [{ outcome: ["failed", "faild"] }, ["outcome"]],
  [{ $or: [{ outcome: { $ne: "error" } }] }, ["$or", 0, "outcome", "$ne"]],
])("an outcome that no run can have is told: %j", (rule, path) => {
  const [problem] = problemsOf(rule);
  expect(problem?.path).toEqual(path);
  expect(problem?.message).toContain(
    "is no outcome; there are: succeeded, failed, skipped, cancelled, other",
  );
});

test("a pattern may be asked of an outcome", () => {
  expect(problemsOf({ outcome: { $glob: "*ed" } })).toEqual([]);
});
