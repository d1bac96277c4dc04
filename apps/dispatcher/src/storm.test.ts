import { expect, test } from "vitest";
import { digestMembers, toldDigests } from "./testing/storm/digests.ts";
import {
  EVENTS,
  OTHER_TENANT,
  PIPELINES,
  type StormDestination,
  eventsNamedIn,
} from "./testing/storm/storm-events.ts";
import { type Storm, storm } from "./testing/storm/storm.ts";

/** How fast Slack is told: one message a second, and so many at once. */
const PACE = { perSecond: 1, burst: 20 };
/** One more may seem to come within some time, where the first was read here a second late. */
const READ_LATE = 1;
/** How long an event may be on its way into the store, and so miss a window that closes meanwhile. */
const ON_ITS_WAY_MS = 250;
/** How many messages to others may overtake one that is the dispatcher's to deliver. */
const OVERTAKING = 5;

/** The numbers of the storm's own events. */
const STORM = Array.from({ length: EVENTS }, (_, n) => n + 1).filter((n) => n !== OTHER_TENANT);

test("a storm of failures that a kill cuts in two comes as a few digests and holds up no other tenant", async () => {
  const seen = await storm();
  expect(seen.producer.mistakes).toEqual([]);
  expect([seen.producer.taken.size, seen.events.length]).toEqual([EVENTS, EVENTS]);
  expectEachInOneDigest(seen);
  expectDigestsTold(seen);
  expectRunsTold(seen);
  expectOtherTenantTold(seen);
}, 60_000);

function expectEachInOneDigest({ producer, events, digests }: Storm): void {
  const members = [...digestMembers(producer.taken).values()].flat();
  expect(members.toSorted((a, b) => a - b)).toEqual(STORM);
  const decided = events.map(({ decisions }) => decisions.map(({ decision }) => decision).join());
  expect(decided.toSorted()).toEqual(
    [...STORM.map(() => "digested,deliver"), "deliver"].toSorted(),
  );
  // The window that was open at the kill is the same one after it: none opens before the last has closed.
  for (const [n, { due_at }] of digests.slice(0, -1).entries()) {
    const opened = Date.parse(digests[n + 1]?.created_at ?? "");
    expect(opened).toBeGreaterThanOrEqual(Date.parse(due_at) - ON_ITS_WAY_MS);
  }
}

/**
 * Each once, with its own number of pipelines. One message may come twice: that of a delivery whose attempt
 * the kill cut off, since nobody can know whether it had arrived. It has the same content then, and Slack is
 * sent no key that could tell more.
 */
function expectDigestsTold({ producer, messages, digests, cutOff }: Storm): void {
  const members = digestMembers(producer.taken);
  const told = toldDigests(messages, members);
  expect(digests.map(({ state }) => state)).toEqual(digests.map(() => "delivered"));
  const counts = new Map(told.map(({ id, pipelines }) => [id, pipelines]));
  expect(counts).toEqual(new Map([...members].map(([id, { length }]) => [id, length])));
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(PIPELINES);
  expectRepeats(
    told.map(({ id }) => id),
    cutOff,
  );
}

/** A message for each run, at the pace of the channel, across the kill as well. */
function expectRunsTold({ producer, messages, cutOff }: Storm): void {
  const each = messages.filter(({ to }) => to === "each");
  const ids = each.map(({ text }) => {
    const [n = 0] = eventsNamedIn(text);
    const deliveries = producer.taken.get(n)?.deliveries ?? [];
    return deliveries.find(({ destination_id }) => destination_id === "each")?.id ?? text;
  });
  expectRepeats(ids, cutOff);
  expect(each.length).toBeGreaterThan(PACE.burst);
  expect(mostBeyondPace(each.map(({ at }) => at))).toBeLessThanOrEqual(READ_LATE);
}

/** Of any time between two messages, the most messages beyond what the pace allows within it. */
function mostBeyondPace(times: readonly number[]): number {
  const beyond = times.flatMap((from, first) =>
    times.slice(first).map((to, after) => {
      const allowed = PACE.burst + ((to - from) / 1000) * PACE.perSecond;
      return after + 1 - allowed;
    }),
  );
  return Math.max(0, ...beyond);
}

/** It is one of the first to come once the dispatcher has it, whatever the storm's tenant is owed by then. */
function expectOtherTenantTold({ messages, beforeOther, cutOff, producer }: Storm): void {
  const others = messages.filter(({ to }) => to === "other");
  expect(others.map(({ text }) => eventsNamedIn(text))).toContainEqual([OTHER_TENANT]);
  const [other] = producer.taken.get(OTHER_TENANT)?.deliveries ?? [];
  expectRepeats(
    others.map(() => other?.id ?? ""),
    cutOff,
  );
  const at = messages.findIndex(({ to }) => to === "other");
  const told = (part: readonly { readonly to: StormDestination }[]): number =>
    part.filter(({ to }) => to === "each").length;
  expect(told(messages.slice(beforeOther, at))).toBeLessThanOrEqual(OVERTAKING);
  expect(told(messages.slice(0, at))).toBeLessThan(OTHER_TENANT / 4);
}

/** Makes sure that what came again was cut off by the kill, and came again once. */
function expectRepeats(ids: readonly string[], cutOff: ReadonlySet<string>): void {
  const again = ids.filter((id, n) => ids.indexOf(id) !== n);
  expect(again.filter((id) => !cutOff.has(id))).toEqual([]);
  expect(new Set(again).size).toBe(again.length);
}
