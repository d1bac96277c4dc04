import { expect, test } from "vitest";
import { Rehearsal } from "./rehearsal.ts";
import { postSync } from "./testing/events.ts";

const MINUTE = 60_000;
const START = Date.UTC(2024, 10, 11, 10);

test("what is told in a digest is due with the one that is open, until that closes", () => {
  const rehearsal = new Rehearsal([{ id: "ops", digest: { windowMs: 10 * MINUTE } }]);
  const due = [0, 5, 9, 10, 12].map((minute) => {
    const now = START + minute * MINUTE;
    const { decisions } = rehearsal.decide(postSync({ sync: `sync-${minute}` }), { now });
    return ((decisions[0]?.dueAt ?? 0) - START) / MINUTE;
  });
  expect(due).toEqual([10, 10, 10, 20, 20]);
});

test("a pipeline goes on by one event, however many parts its destinations are decided in", () => {
  const destinations = ["a", "b", "c"].map((id) => ({ id, notify: ["broke"] as const }));
  const rehearsal = new Rehearsal(destinations);
  const said = [1, 2].map((nth) => {
    const event = postSync({ status: "failed", sync: `sync-${nth}` });
    const parts = [...rehearsal.inParts(event, { now: START + nth }, () => 2)];
    return parts.map(({ incident, decisions }) => [
      incident?.transition,
      ...decisions.map(({ destinationId, decision }) => `${destinationId} ${decision}`),
    ]);
  });
  expect(said).toEqual([
    [
      ["broke", "a deliver", "b deliver"],
      ["broke", "c deliver"],
    ],
    [
      ["failing", "a filtered", "b filtered"],
      ["failing", "c filtered"],
    ],
  ]);
  expect(new Rehearsal([]).decide(postSync(), { now: START }).incident?.transition).toBe("first");
});
