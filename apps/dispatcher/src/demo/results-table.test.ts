import { expect, test } from "vitest";
import { isDelivered } from "./demo.ts";
import { resultsTable } from "./results-table.ts";

const result = (event: string, destination: string, state: string) => ({
  event,
  destination,
  result: state,
  reason: "",
});

test("a row for each event, a column for each destination, and a dash where nothing was decided", () => {
  const table = resultsTable([
    result("first", "ops", "delivered"),
    result("first", "a-long-name", "filtered"),
    result("second", "ops", "pending"),
  ]);
  expect(table).toBe(
    `event    ops         a-long-name
──────   ─────────   ───────────
first    delivered   filtered
second   pending     –
`,
  );
});

test.each([
  ["delivered", true],
  ["filtered", true],
  ["pending", false],
  ["sending", false],
  ["failed", false],
  ["expired", false],
])("a delivery that is %s counts as made: %s", (state, made) => {
  expect(isDelivered(result("first", "ops", state))).toBe(made);
});
