import { expect, test } from "vitest";
import { bell } from "./testing/bell-channel.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MEBIBYTE = 1024 * 1024;

test("events of 64 MiB may be under way at once, and what waits is sent as they end", async () => {
  let most = 0;
  let bytes = 0;
  const claims: number[] = [];
  const { store } = await watchedStore((inner) => ({
    async claim(request) {
      const claimed = await inner.claim(request);
      const size = claimed.deliveries.reduce((sum, { event }) => sum + event.body.byteLength, 0);
      bytes += size;
      most = Math.max(most, bytes);
      if (size > 0) claims.push(size);
      return claimed;
    },
    async record(records, judge) {
      const recorded = await inner.record(records, judge);
      bytes -= records.length * MEBIBYTE;
      return recorded;
    },
  }));
  const waiting: (() => void)[] = [];
  const sent = new Set<string>();
  const send = (_: unknown, { key }: { readonly key: string }): Promise<unknown> =>
    new Promise((resolve) => {
      sent.add(key);
      waiting.push(() => resolve({ kind: "delivered" }));
    });
  // Each begins with two places: two hundred, and half of those that there are are for beginners.
  const names = Array.from({ length: 50 }, (_, index) => `d-${index}`);
  const { engine, clock } = await startRunning({
    store,
    destinations: names.map((name) => bellAt("", name, bell({ send }))),
  });
  const frame = bytesOf(postSync({ notes: "" })).byteLength;
  const event = bytesOf(postSync({ notes: "x".repeat(MEBIBYTE - frame) }));
  expect(event.byteLength).toBe(MEBIBYTE);
  const second = Buffer.from(event.toString().replace("sync-1", "sync-2"));
  for (const one of [event, second]) await engine.accept({ bytes: one });
  await clock.advance(100);
  expect(sent.size).toBeGreaterThanOrEqual(60);
  expect(most).toBeLessThanOrEqual(66 * MEBIBYTE);

  while (sent.size < 100) {
    for (const answer of waiting.splice(0, 8)) answer();
    await clock.advance(1);
    expect(most).toBeLessThanOrEqual(66 * MEBIBYTE);
  }
});
