import fc from "fast-check";
import { Query as Mingo } from "mingo";
import { expect, test } from "vitest";
import { verdict } from "./testing/rules.ts";

// Mingo is an oracle for MongoDB's semantics but for some corners in which it differs from MongoDB
// itself; they are kept out here, and are covered by the table of cases:
// - it looks into lists that stand directly in lists: none are generated;
// - it takes what is missing in an element of a list for not there at all, so null and $exists are
//   asked only where no list is on the way;
// - it takes a position past the end of a list for null: the same;
// - it takes a list among the values of $in and $nin for something else than itself: there are none;
// - beyond a list on the way it takes all that it finds for one list, so lists are not compared there,
//   and where it finds lists there nothing is ordered, nor looked for among several values;
// - it has no order for null: only numbers are ordered.
// Of our own, the order of fields in an object makes no difference: fields come in one order.

const plain = fc.constantFrom<unknown>(null, 0, 1, 2, "x", "y", true, false);
const field = fc.constantFrom("a", "b", "c");

function inOrder(fields: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const { value, object } = fc.letrec<{ value: unknown; object: unknown; list: unknown }>((tie) => ({
  object: fc.dictionary(field, tie("value"), { maxKeys: 2, noNullPrototype: true }).map(inOrder),
  list: fc.array(fc.oneof({ maxDepth: 2 }, plain, tie("object")), { minLength: 1, maxLength: 3 }),
  value: fc.oneof({ maxDepth: 3 }, plain, tie("object"), tie("list")),
}));
const event = fc
  .dictionary(field, value, { maxKeys: 3, noNullPrototype: true })
  .map((fields) => inOrder(fields) as Readonly<Record<string, unknown>>);

const path = fc
  .tuple(field, fc.array(fc.oneof(field, field, fc.constantFrom("0", "1")), { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest].join("."));
const values = fc.array(fc.oneof(plain, object), { maxLength: 3 });
const number = fc.constantFrom(0, 1, 2);
const operators = fc.oneof(
  fc.record({ $eq: value }),
  fc.record({ $ne: value }),
  fc.record({ $in: values }),
  fc.record({ $nin: values }),
  fc.record({ $gt: number }),
  fc.record({ $gte: number }),
  fc.record({ $lt: number, $gte: number }),
  fc.record({ $lte: number }),
  fc.record({ $exists: fc.boolean() }),
);

interface Condition {
  readonly path: string;
  readonly asked: object;
}

const condition: fc.Arbitrary<Condition> = fc.record({
  path,
  asked: fc.oneof(
    operators,
    operators.map((inner) => ({ $not: inner })),
  ),
});

/** Whether the two mean the same by a condition on this event. */
function isShared({ path: dotted, asked }: Condition, subject: unknown): boolean {
  let here: unknown = subject;
  for (const name of dotted.split(".")) {
    if (Array.isArray(here)) {
      const [question, found] = [JSON.stringify(asked), JSON.stringify(here)];
      const isSpread = /\$(?:[gl]te?|n?in)"/.test(question);
      const isListAsked = /\$(?:eq|ne)":\[/.test(question);
      const isListFound = found.lastIndexOf("[") > 0;
      return !/null|exists/.test(question) && !isListAsked && !(isSpread && isListFound);
    }
    here = (here as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  }
  return true;
}

type Shape = "$and" | "$or" | "$nor";

const joined = fc.record({
  shape: fc.constantFrom<Shape>("$and", "$or", "$nor"),
  conditions: fc.array(condition, { minLength: 1, maxLength: 4 }),
});

test("says what mingo says, wherever it can say anything", () => {
  const said = { true: 0, false: 0 };
  fc.assert(
    fc.property(joined, event, ({ shape, conditions }, subject) => {
      fc.pre(conditions.every((each) => isShared(each, subject)));
      const rule = { [shape]: conditions.map((each) => ({ [each.path]: each.asked })) };
      const ours = verdict(rule, subject);
      fc.pre(ours !== "unknown");
      said[`${ours}`]++;
      expect(ours).toBe(new Mingo(rule).test(subject));
    }),
    { numRuns: 5000 },
  );
  expect(Math.min(said.true, said.false), "how often each was said").toBeGreaterThan(1000);
});
