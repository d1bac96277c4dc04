import { expect, test } from "vitest";
import { compileQuery } from "./compile-query.ts";

function warningsOf(rule: unknown): readonly string[] {
  const compiled = compileQuery(rule);
  if (!compiled.ok) throw new Error("it has mistakes");
  return compiled.warnings.map(({ path, message }) => `${path.join("/")}: ${message}`);
}

test.each([
  ["statsu", "status"],
  ["outcom", "outcome"],
  ["task.nmae", "task.name"],
  ["tenat.id", "tenant.id"],
  ["durration", "duration"],
  ["incident.failues", "incident.failures"],
])("a slip in the name of a field, like %s, is a warning", (name, meant) => {
  const message = `no event of Syncbell's own kinds has "${name}"; did you mean "${meant}"?`;
  expect(warningsOf({ [name]: 1 })).toEqual([`${name}: ${message}`]);
  expect(warningsOf({ $and: [{ $nor: [{ [name]: { $exists: true } }] }] })).toHaveLength(1);
});

test("a text where a field is a number is a warning", () => {
  expect(warningsOf({ duration: { $gt: "1h" }, "incident.failures": "3" })).toEqual([
    'duration/$gt: "duration" is a number of seconds, like 3600: a text can\'t be compared with it',
    'incident.failures: "incident.failures" is a number, like 3: a text can\'t be compared with it',
  ]);
  expect(warningsOf({ duration: { $not: { $gt: "1h" } } })).toHaveLength(1);
});

test.each([
  { status: "failed", state: 1, kind: 2, "task.kind": 3, "task.tags": ["a"], env: "prod" },
  { duration: { $gt: 3600 }, "tenant.name": { $glob: "A*" }, "sync.id": "x" },
  { $or: [{ outcome: "failed" }, { "incident.transition": "broke" }] },
])("what is right, or a field of somebody's own, is none: %j", (rule) => {
  expect(warningsOf(rule)).toEqual([]);
});
