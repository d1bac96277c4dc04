import { expect, test } from "vitest";
import { QUARANTINE_MOST_BYTES, QUARANTINE_MOST_ENTRIES } from "../quarantine-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { partsIn, partsOf } from "./list-parts.ts";
import { START } from "./new-events.ts";
import { newQuarantined } from "./new-quarantined.ts";

const idsIn = async (store: Store, aboveId = ""): Promise<readonly string[]> =>
  (await store.quarantineList({ limit: 9_999, aboveId })).map(({ id }) => id).toReversed();

export function quarantineSuite(open: OpenStore): void {
  test("to the letter", async () => {
    const store = await open();
    const body = Buffer.from([0xff, 0x00, 0x7b, 0xc3, 0xa9]);
    const entry = newQuarantined({ key: "é😀", body, errors: '[{"path":"ä"}]', receivedAt: START });
    expect(await store.quarantine(entry)).toBe(entry.id);
    const kept = await store.quarantined(entry.id);
    expect({ ...kept, body: undefined }).toEqual({
      ...entry,
      body: undefined,
      lastReceivedAt: START,
      times: 1,
    });
    expect(Buffer.from(kept?.body ?? []).equals(body)).toBe(true);
    expect(await store.quarantineList({ limit: 9 })).toEqual([kept]);
    expect(await store.quarantined("qrn_none")).toBeUndefined();
    expect(await store.event(entry.id)).toBeUndefined();
  });

  test("once, however often it comes", async () => {
    const store = await open();
    const first = newQuarantined({ key: "first" });
    const again = { ...first, id: "qrn_again", key: "again", errors: '["other"]' };
    const ids = [
      await store.quarantine(first),
      await store.quarantine({ ...again, receivedAt: START + 5 }),
      await store.quarantine({ ...again, receivedAt: START + 7 }),
    ];
    expect(ids).toEqual([first.id, first.id, first.id]);
    expect(await store.quarantined(first.id)).toMatchObject({
      key: "first",
      errors: '["other"]',
      receivedAt: START,
      lastReceivedAt: START + 7,
      times: 3,
    });
    expect(await idsIn(store)).toEqual([first.id]);
  });

  test("and lists it, each once", async () => {
    const store = await open();
    const entries = Array.from({ length: 10 }, () => newQuarantined());
    for (const entry of entries) await store.quarantine(entry);
    const ids = entries.map(({ id }) => id);
    const more = (): Promise<unknown> => store.quarantine(newQuarantined());
    const parts = await partsOf((page) => store.quarantineList(page), ids, more);
    expect(parts).toEqual(partsIn(ids));
  });

  test("until it is released, once", async () => {
    const store = await open();
    const [entry, other] = [newQuarantined(), newQuarantined()];
    await store.quarantine(entry);
    await store.quarantine(other);
    expect(await store.releaseQuarantined(entry.id)).toBe(true);
    expect(await store.releaseQuarantined(entry.id)).toBe(false);
    expect(await idsIn(store)).toEqual([other.id]);
    expect(await store.quarantine({ ...entry, id: "qrn_again" })).toBe("qrn_again");
  });

  test(`but no more than ${QUARANTINE_MOST_ENTRIES}, of which the longest unseen make room`, async () => {
    const store = await open();
    const entries = Array.from({ length: QUARANTINE_MOST_ENTRIES }, (_, index) =>
      newQuarantined({ receivedAt: START + index }),
    );
    await Promise.all(entries.map((entry) => store.quarantine(entry)));
    expect(await idsIn(store)).toHaveLength(QUARANTINE_MOST_ENTRIES);
    const [seenAgain, ...others] = entries;
    if (seenAgain) await store.quarantine({ ...seenAgain, receivedAt: START + 5_000 });
    // The one that was just kept stays also where the clock has gone back.
    const more = [START + 6_000, START - 6_000].map((receivedAt) => newQuarantined({ receivedAt }));
    for (const entry of more) expect(await store.quarantine(entry)).toBe(entry.id);
    const left = [seenAgain, ...others.slice(2), ...more].map((entry) => entry?.id);
    expect(await idsIn(store)).toEqual(left);
  });

  test(`but no more than ${QUARANTINE_MOST_BYTES} bytes`, async () => {
    const store = await open();
    const mebibyte = 1024 * 1024;
    const big = newQuarantined({
      body: Buffer.alloc(QUARANTINE_MOST_BYTES - 2 * mebibyte),
      receivedAt: START + 3,
    });
    const [first, second, small, large] = [
      newQuarantined({ body: Buffer.alloc(mebibyte, "1"), receivedAt: START + 1 }),
      newQuarantined({ body: Buffer.alloc(mebibyte, "2"), receivedAt: START + 2 }),
      newQuarantined({ body: Buffer.alloc(1, "4"), receivedAt: START + 4 }),
      newQuarantined({ body: Buffer.alloc(3 * mebibyte, "5"), receivedAt: START + 5 }),
    ];
    const othersThanBig = (): Promise<readonly string[]> => idsIn(store, big.id);
    for (const entry of [first, second, big]) await store.quarantine(entry);
    expect(await othersThanBig()).toEqual([first.id, second.id]);
    await store.quarantine(small);
    expect(await othersThanBig()).toEqual([second.id, small.id]);
    await store.quarantine(large);
    expect(await othersThanBig()).toEqual([small.id, large.id]);
    expect(await store.quarantined(big.id)).toBeUndefined();
  });
}
