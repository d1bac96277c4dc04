import { expect, test } from "vitest";
import type { EventFilter } from "../event-records.ts";
import type { OpenStore } from "../store-suite.ts";
import { partsIn, partsOf } from "./list-parts.ts";
import { newEvent } from "./new-events.ts";

const OURS = { tenantId: "ours", taskId: "our-task", status: "Failed" };
const THEIRS = { tenantId: "theirs", taskId: "their-task", status: "succeeded" };

export function eventListSuite(open: OpenStore): void {
  test.each<EventFilter>([
    {},
    { tenantId: "ours" },
    { taskId: "our-task" },
    { status: "failed" },
    { tenantId: "ours", status: "failed" },
    { taskId: "our-task", status: "failed" },
    { tenantId: "ours", taskId: "our-task" },
    { tenantId: "ours", taskId: "our-task", status: "failed" },
  ])("each once, by %j", async (filter) => {
    const store = await open();
    const isAll = Object.keys(filter).length === 0;
    const ours = Array.from({ length: 10 }, () => newEvent(OURS));
    await store.accept(ours.flatMap((event) => (isAll ? [event] : [event, newEvent(THEIRS)])));
    const ids = ours.map(({ id }) => id);
    const more = (): Promise<unknown> => store.accept([newEvent(OURS)]);
    const parts = await partsOf((page) => store.events(filter, page), ids, more);
    expect(parts).toEqual(partsIn(ids));
  });

  test("only where all of a filter fits", async () => {
    const store = await open();
    const both = newEvent(OURS);
    await store.accept([
      both,
      newEvent({ ...OURS, tenantId: "theirs" }),
      newEvent({ ...OURS, taskId: undefined }),
      newEvent({ ...OURS, status: "succeeded" }),
      newEvent({ ...OURS, tenantId: undefined }),
    ]);
    const found = await store.events({ ...OURS, status: "failed" }, { limit: 9 });
    expect(found.map(({ id }) => id)).toEqual([both.id]);
    expect(await store.events({ tenantId: "nobody" }, { limit: 9 })).toEqual([]);
  });

  test("by a status without its case", async () => {
    const store = await open();
    const statuses = ["FAILED", "Failed", "failed", "fail", "Straße Ä"];
    await store.accept(statuses.map((status) => newEvent({ status })));
    const counts = await Promise.all(
      ["failed", "FaiLED", "STRAßE Ä", "%"].map(
        async (status) => (await store.events({ status }, { limit: 9 })).length,
      ),
    );
    expect(counts).toEqual([3, 3, 1, 0]);
  });

  test("as each reads by itself", async () => {
    const store = await open();
    const decision = { decision: "deliver", reason: "no rule", unevaluable: false } as const;
    const decisions = ["b", "a"].map((destinationId) => ({ destinationId, ...decision }));
    const events = [
      newEvent({ decisions, deliveries: ["b", "a"] }),
      newEvent({ deliveries: [], tenantId: undefined, test: true }),
    ];
    await store.accept(events);
    const alone = await Promise.all(events.toReversed().map(({ id }) => store.event(id)));
    expect(await store.events({}, { limit: 9 })).toEqual(alone);
  });
}
