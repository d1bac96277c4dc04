import { expect, it } from "vitest";
import { type Incident, TRANSITIONS, incidentSchema } from "./incident.ts";

const failing: Incident = { transition: "failing", failures: 3, seconds: 720, since: 1_000 };

it.each(TRANSITIONS)("an incident that is %s is read as it was kept", (transition) => {
  const kept = JSON.stringify({ ...failing, transition });
  expect(incidentSchema.parse(JSON.parse(kept))).toEqual({ ...failing, transition });
});

it("the first failure need not be known", () => {
  const healthy: Incident = { transition: "healthy", failures: 0, seconds: 0 };
  expect(incidentSchema.parse(healthy)).toStrictEqual(healthy);
});

it.each([
  { ...failing, transition: "broken" },
  { ...failing, failures: "3" },
  { ...failing, seconds: null },
  { ...failing, since: undefined },
  { transition: "failing" },
  null,
])("%j is none", (kept) => expect(incidentSchema.safeParse(kept).success).toBe(false));
