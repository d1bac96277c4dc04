import type { RunOutcome } from "@syncbell/core";
import { expect, test } from "vitest";
import { type PipelineState, UNSEEN, advance } from "./incident.ts";

const MINUTE = 60_000;

/** What runs are in the story of a pipeline: each `[outcome, stopped, received]`, in minutes. */
function story(runs: readonly (readonly [RunOutcome, number, number])[]): readonly string[] {
  let state: PipelineState = UNSEEN;
  return runs.map(([outcome, stopped, received], index) => {
    const next = advance(state, {
      eventId: `evt_${index}`,
      syncId: `sync-${index}`,
      outcome,
      stopped: stopped * MINUTE,
      receivedAt: received * MINUTE,
    });
    ({ state } = next);
    return next.incident.transition;
  });
}

test("a clock that is ahead, by however little, does not make late what another one tells", () => {
  for (const ahead of [0.5, 4.8, 60]) {
    expect(
      story([
        ["succeeded", 100 + ahead, 100],
        ["failed", 100.2, 100.2],
        ["succeeded", 100.4, 100.4],
      ]),
    ).toEqual(["first", "broke", "recovered"]);
  }
});

test("of two runs by a clock that is ahead, the one that stopped first is late", () => {
  expect(
    story([
      ["failed", 160, 100],
      ["succeeded", 150, 101],
      ["succeeded", 161, 102],
    ]),
  ).toEqual(["broke", "late", "recovered"]);
});

test("a run that stopped before one was heard of is late, whatever clock told that one", () => {
  expect(
    story([
      ["failed", 160, 100],
      ["succeeded", 99, 101],
    ]),
  ).toEqual(["broke", "late"]);
});

test("a long id of a sync is told from others, and known again", () => {
  const run = { eventId: "evt_1", outcome: "failed", stopped: 1, receivedAt: 1 } as const;
  const { state } = advance(UNSEEN, { ...run, syncId: "x".repeat(400) });
  const again = advance(state, { ...run, syncId: "x".repeat(400) });
  const other = advance(state, { ...run, syncId: `${"x".repeat(399)}y` });
  expect([again, other].map(({ incident }) => incident.transition)).toEqual([
    "repeated",
    "failing",
  ]);
});
