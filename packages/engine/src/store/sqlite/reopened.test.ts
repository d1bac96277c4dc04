import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { HEALTHY } from "../../breaker.ts";
import { temporaryFolder } from "../../testing/folder.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "../store.ts";
import { CLOSES, acceptParts, claimDigest, digestIn, newPart } from "../suite/new-digests.ts";
import { FAR, START, claim, claimOne, newEvent } from "../suite/new-events.ts";
import {
  PIPELINE,
  countingRun,
  deliveryOf,
  failuresOf,
  newFailure,
  newRecovery,
} from "../suite/new-pipelines.ts";
import { deliveryIn, endAll, newContact, record, recordOf } from "../suite/new-records.ts";
import { UNTIL, newReplay, runReplay, stepReplay } from "../suite/new-replays.ts";

/** Does one thing after the other, each with the same file in a store of its own. */
async function withEach(...steps: readonly ((store: Store) => Promise<unknown>)[]): Promise<void> {
  const path = join(temporaryFolder(), "syncbell.db");
  for (const step of steps) {
    const store = await openSqlite(path);
    onTestFinished(() => store.close().catch(() => undefined));
    await step(store);
    await store.close();
  }
}

test("a manual attempt that was under way when the file was closed is owed again", async () => {
  let id = "";
  await withEach(
    async (store) => {
      id = await deliveryIn(store, "failed");
      await store.retry(id, START);
      await store.retry(id, START);
      expect(await claim(store, "ops", { manual: true, leaseUntil: FAR })).toHaveLength(1);
    },
    async (store) => {
      expect((await store.delivery(id))?.state).toBe("failed");
      expect(await store.due()).toEqual([{ destinationId: "ops", manual: true }]);
      for (const _ of [1, 2]) {
        const [claimed] = await claim(store, "ops", { manual: true });
        expect(claimed).toMatchObject({ id, returnTo: "failed" });
        if (claimed) await record(store, recordOf(claimed, { state: "failed" }));
      }
      expect(await store.due()).toEqual([]);
    },
  );
});

test("how destinations stand is still known when the file is opened again", async () => {
  const health = { ...HEALTHY, failures: 5, failing: true, holdUntil: FAR };
  const named = ["ops", "paused"].map((id) => ({ id, fingerprint: "one" }));
  await withEach(
    async (store) => {
      await store.nameDestinations(named, START);
      await store.setDestinationState("paused", "paused", START + 1);
      const records = [recordOf(await claimOne(store), { contact: newContact() })];
      await store.record(records, () => ({ health, disable: true, events: [] }));
    },
    async (store) => {
      await store.nameDestinations(named, START + 2);
      expect(await store.destinations()).toMatchObject([
        { id: "ops", state: "disabled", disabledAt: START + 12, health },
        { id: "paused", state: "paused", health: HEALTHY },
      ]);
    },
  );
});

test("a replay goes on where it was when the file was closed", async () => {
  const replay = newReplay();
  const step = (store: Store): Promise<unknown> => stepReplay(store, replay.id, 4);
  await withEach(
    async (store) => {
      await store.accept(Array.from({ length: 10 }, () => newEvent()));
      await endAll(store, "ops", "failed");
      await store.addReplay(replay);
    },
    step,
    step,
    step,
    async (store) => {
      expect(await store.replay(replay.id)).toMatchObject({ state: "running", total: 10, done: 4 });
      expect(await store.runningReplays()).toMatchObject([{ id: replay.id }]);
      const done = await runReplay(store, replay.id, 4);
      expect(done).toEqual({ ...replay, state: "done", total: 10, done: 10 });
      const all = await store.deliveries({}, { limit: 99 });
      const made = all.filter(({ createdAt }) => createdAt === UNTIL);
      expect(new Set(made.map(({ eventId }) => eventId)).size).toBe(10);
      expect(made).toHaveLength(10);
    },
  );
});

test("a pace is held across a restart", async () => {
  const pace = { perSecond: 1, burst: 2 };
  const shares = [{ destinationId: "ops", count: 9, manual: false, pace }];
  const claimAt = async (store: Store, now: number): Promise<number> => {
    const claimed = await store.claim({ now, leaseUntil: FAR, shares, enoughBytes: Infinity });
    return claimed.deliveries.length;
  };
  await withEach(
    async (store) => {
      await store.accept([newEvent(), newEvent(), newEvent()]);
      expect(await claimAt(store, START)).toBe(2);
    },
    async (store) => {
      expect(await claimAt(store, START + 999)).toBe(0);
      expect(await claimAt(store, START + 1_000)).toBe(1);
    },
  );
});

test("a digest gathers on where it was when the file was closed", async () => {
  const part = newPart({ failureOf: "evt_0" });
  await withEach(
    (store) => acceptParts(store, [part]),
    async (store) => {
      expect(await store.tellings("evt_0")).toEqual(new Map([["ops", { digested: true }]]));
      expect(await acceptParts(store, [newPart()], CLOSES - 1)).toEqual([part.open.id]);
      expect(digestIn(await claimDigest(store))).toMatchObject({ events: 2 });
    },
    async (store) => {
      // It was being sent: what comes now is told by another.
      expect(await acceptParts(store, [newPart()], CLOSES - 1)).not.toEqual([part.open.id]);
      const again = await claim(store, "ops", { now: CLOSES });
      expect(again.map((one) => digestIn(one).events)).toEqual([2, 1]);
    },
  );
});

test("pipelines, and what a recovery waits for, are known when the file is opened again", async () => {
  const [failure, recovery] = [newFailure("evt_0"), newRecovery("evt_0", { waitsFor: "evt_0" })];
  const met: (number | undefined)[] = [];
  await withEach(
    async (store) => {
      await store.accept([failure, countingRun(met)]);
      await claim(store);
      await store.accept([recovery]);
    },
    async (store) => {
      expect(await failuresOf(store, PIPELINE)).toBe(0);
      await store.accept([countingRun(met)]);
      expect(met).toEqual([1, 0]);
      const claimed = await claim(store);
      expect(claimed).toMatchObject([{ id: deliveryOf(recovery), untold: failure.body }]);
    },
  );
});
