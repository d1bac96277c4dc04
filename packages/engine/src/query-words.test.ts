import { describe, expect, test } from "vitest";
import { rule } from "./testing/rules.ts";

describe("a rule in words", () => {
  test.each<readonly [unknown, string]>([
    [{ status: "failed" }, 'status = "failed"'],
    [{ status: ["failed", "skipped"] }, 'status in ["failed","skipped"]'],
    [{ a: { $ne: null } }, "a is not null"],
    [{ a: { $nin: [1] } }, "a not in [1]"],
    [{ duration: { $gt: 600, $lte: 900 } }, "duration > 600 and duration <= 900"],
    [{ a: { $gte: 1 }, b: { $lt: 2 } }, "a >= 1 and b < 2"],
    [{ a: { $exists: true } }, "a exists"],
    [{ a: { $exists: false } }, "a does not exist"],
    [{ "task.name": { $glob: "tap-*" } }, 'task.name fits "tap-*"'],
    [{ a: { $not: { $gt: 5 } } }, "not (a > 5)"],
    [{ $or: [{ a: 1 }, { b: 2 }] }, "(a = 1 or b = 2)"],
    [{ $nor: [{ a: 1 }, { b: 2 }] }, "not ((a = 1 or b = 2))"],
    [{ $or: [{ a: 1 }, {}] }, "(a = 1 or any event)"],
    [{ $not: {} }, "not (any event)"],
    [{}, ""],
  ])("%j is: %s", (input, text) => expect(rule(input).text).toBe(text));
});

describe("the condition at fault, with what was met", () => {
  test.each<readonly [unknown, unknown, string]>([
    [{ status: "failed" }, { status: "ok" }, 'status = "failed" (it is "ok")'],
    [{ a: 1 }, {}, "a = 1 (it is not there)"],
    [{ "a.b": 1 }, { a: null }, "a.b = 1 (it is not there)"],
    [{ a: 1 }, { a: null }, "a = 1 (it is null)"],
    [{ a: 1 }, { a: [2, 3] }, "a = 1 (it is [2,3])"],
    [{ a: 1, b: 2, c: 3 }, { a: 1, b: 9, c: 9 }, "b = 2 (it is 9)"],
    [{ a: { $gt: 5 }, b: 2 }, { a: "x", b: 9 }, "b = 2 (it is 9)"],
    [{ a: { $gt: 5 }, b: 2 }, { a: "x", b: 2 }, "a > 5 (it is text, not a number)"],
    [{ $or: [{ a: 1 }, { b: 2 }] }, { a: 8, b: 9 }, "a = 1 (it is 8) and b = 2 (it is 9)"],
    [
      { $or: [1, 2, 3, 4, 5, 6, 7].map((a) => ({ a })) },
      {},
      `${[1, 2, 3, 4, 5].map((a) => `a = ${a} (it is not there)`).join(" and ")} and 2 more`,
    ],
    [{ $not: { a: 1 } }, { a: 1 }, "not (a = 1) (it does)"],
    [{ a: { $ne: 1 } }, { a: 1 }, "a is not 1 (it is 1)"],
    [{ a: { $exists: false } }, { a: 0 }, "a does not exist (it is 0)"],
  ])("%j on %j: %s", (input, event, text) => expect(rule(input).blame(event)).toBe(text));
});

describe("nobody's secret and nobody's mark-up gets into the words", () => {
  const url = "postgres://admin:hunter2hunter2@db.internal/app";

  test("values of the rule and of the event are masked", () => {
    const query = rule({ a: url });
    expect(query.text).not.toContain("hunter2");
    expect(rule({ a: 1 }).blame({ a: url })).not.toContain("hunter2");
    expect(rule({ a: 1 }).blame({ a: { password: "hunter2hunter2" } })).not.toContain("hunter2");
  });

  test("a value under a name like a password's is masked whatever it looks like", () => {
    const query = rule({ "config.password": "hunter2hunter2" });
    expect(query.text).not.toContain("hunter2");
    const blame = query.blame({ config: { password: "correct horse" } });
    expect(blame).toContain("config.password");
    expect(blame).not.toContain("correct");
  });

  test("a secret that a long value is cut in is not kept in half", () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${"Q".repeat(2000)}.${"c".repeat(43)}`;
    expect(rule({ a: 1 }).blame({ a: token })).not.toContain("QQQQ");
    expect(rule({ a: 1 }).blame({ a: ["x".repeat(60), token] })).not.toContain("QQQQ");
  });

  test("not even where other secrets before it leave it room", () => {
    const [one, two] = ["x".repeat(8000), "y".repeat(4000)];
    const value = `password='${one}' pwd='${two}' postgres://u:${"s".repeat(500)}@h`;
    expect(rule({ a: 1 }).blame({ a: value })).not.toContain("ssss");
    expect(rule({ a: 1 }).blame({ a: [value] })).not.toContain("ssss");
  });

  test("text is on one line, clean and short", () => {
    const blame = rule({ a: 1 }).blame({ a: `one\ntwo\u202e\u0000${"x".repeat(500)}` });
    expect(blame).not.toMatch(/[\n\u0000\u202e]/);
    expect(blame.length).toBeLessThan(120);
    expect(rule({ ["a\n\u202eb"]: 1 }).text).not.toMatch(/[\n\u202e]/);
  });
});

describe("a rule names an event_type", () => {
  test.each<readonly [unknown, boolean]>([
    [{ event_type: "deploy" }, true],
    [{ event_type: ["post_sync", "deploy"] }, true],
    [{ event_type: { $eq: "deploy" } }, true],
    [{ event_type: { $glob: "dep*" } }, true],
    [{ event_type: "deploy", status: "failed" }, true],
    [{ $or: [{ status: "x" }, { event_type: "deploy" }] }, true],
    [{ $and: [{ event_type: "deploy" }] }, true],
    [{ event_type: "Deploy" }, false],
    [{ event_type: "other" }, false],
    [{ event_type: { $ne: "post_sync" } }, false],
    [{ event_type: { $nin: [] } }, false],
    [{ event_type: { $exists: true } }, false],
    [{ event_type: { $gt: "a" } }, false],
    [{ event_type: { $not: { $eq: "post_sync" } } }, false],
    [{ $not: { event_type: "deploy" } }, false],
    [{ $nor: [{ event_type: "deploy" }] }, false],
    [{ "task.event_type": "deploy" }, false],
    [{ status: "deploy" }, false],
    [{}, false],
  ])("%j: %s", (input, names) => expect(rule(input).names("deploy")).toBe(names));
});
