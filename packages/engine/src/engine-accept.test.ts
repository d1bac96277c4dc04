import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Posted } from "./accept.ts";
import { type Store, StoreUnavailable } from "./store/store.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { newPlace, openStore } from "./testing/opened-store.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { rule } from "./testing/rules.ts";
import { until } from "./testing/until.ts";

const posted = (sync: string, key?: string): Posted => ({
  bytes: bytesOf(postSync({ sync })),
  ...(key === undefined ? {} : { key }),
});

/** A real store, and how many events each of its transactions held. */
async function countingStore(): Promise<{ store: Store; sizes: number[] }> {
  const inner = await openStore(await newPlace());
  const sizes: number[] = [];
  const accept: Store["accept"] = (events) => {
    sizes.push(events.length);
    return inner.accept(events);
  };
  return { store: { ...inner, accept }, sizes };
}

describe("events that are posted at once", () => {
  test("share transactions, and each gets its own answer", async () => {
    const { store, sizes } = await countingStore();
    const { engine } = await startRunning({ store });
    const all = Array.from({ length: 600 }, (_, index) => posted(`sync-${index}`));
    const accepted = await Promise.all(all.map((each) => engine.accept(each)));
    expect(sizes.length).toBeLessThanOrEqual(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(600);
    const ids = accepted.map((each) => ("id" in each ? each.id : each.kind));
    expect(new Set(ids).size).toBe(600);
    expect(ids.toSorted()).toEqual(ids);
    const event = await engine.kept.event(ids[77] ?? "");
    expect(Buffer.from(event?.body ?? []).toString()).toContain('"sync-77"');
  });

  test("and are the same run once: the others get the same answer", async () => {
    const receiver = await startReceiver();
    const { engine, post } = await startRunning({ destinations: [bellAt(receiver.url)] });
    const same = Array.from({ length: 50 }, () => engine.accept(posted("sync-a")));
    const accepted = await Promise.all(same);
    expect(accepted.filter(({ kind }) => kind === "accepted")).toHaveLength(1);
    expect(accepted.filter(({ kind }) => kind === "duplicate")).toHaveLength(49);
    const said = accepted.map((each) => ("id" in each ? [each.id, each.deliveries] : []));
    for (const each of said) expect(each).toEqual(said[0]);
    const [last = ""] = await post({ sync: "sync-b" });
    await until(() => receiver.requests.some(({ headers }) => headers["x-key"] === last));
    expect(receiver.requests).toHaveLength(2);
  });

  test("and bear one name with different bytes: the first keeps it", async () => {
    const { engine } = await startRunning({});
    const [first, second, third] = await Promise.all([
      engine.accept(posted("sync-a", "name")),
      engine.accept(posted("sync-b", "name")),
      engine.accept(posted("sync-a", "name")),
    ]);
    expect([first?.kind, second?.kind, third?.kind]).toEqual(["accepted", "conflict", "duplicate"]);
  });
});

describe("the name of an event", () => {
  test("is its key, else its bytes", async () => {
    const { engine } = await startRunning({});
    const kinds: string[] = [];
    const keyed = ["a", "a/k", "a", "a/k", "b/k", "b", "c/", "c/", "c"].map((text) =>
      text.split("/"),
    );
    for (const [sync = "", key] of keyed) kinds.push((await engine.accept(posted(sync, key))).kind);
    expect(kinds).toEqual([
      "accepted",
      "accepted",
      "duplicate",
      "duplicate",
      "conflict",
      "accepted",
      "accepted",
      "duplicate",
      "accepted",
    ]);
  });

  test("is never mixed up: a key that looks like the hash of bytes is a key", async () => {
    const { engine } = await startRunning({});
    const unnamed = posted("a");
    const digest = createHash("sha256").update(unnamed.bytes).digest("hex");
    for (const key of [`bytes:${digest}`, `key:bytes:${digest}`, digest]) {
      expect((await engine.accept(posted("b", key))).kind).toBe("accepted");
    }
    expect((await engine.accept(unnamed)).kind).toBe("accepted");
  });

  test("is remembered for 24 hours, by the engine's clock", async () => {
    const { engine, clock } = await startRunning({});
    const day = 24 * 60 * 60_000;
    expect((await engine.accept(posted("a", "k"))).kind).toBe("accepted");
    await clock.skip(day - 1);
    expect((await engine.accept(posted("a", "k"))).kind).toBe("duplicate");
    await clock.advance(1);
    expect((await engine.accept(posted("b", "k"))).kind).toBe("accepted");
    expect((await engine.accept(posted("a", "k"))).kind).toBe("conflict");
  });
});

describe("what is no event is refused, and nothing is kept of it", () => {
  const surrogates = Buffer.from('{"event_type":"x","status":"\\ud800"}');
  test.each<readonly [string, Uint8Array, string]>([
    ["no bytes", Buffer.alloc(0), "not_json"],
    ["white space", Buffer.from("  \n"), "not_json"],
    ["half of a JSON text", Buffer.from('{"event_type":'), "not_json"],
    ["two JSON texts", Buffer.from("{}{}"), "not_json"],
    [
      "bytes that are no UTF-8",
      Buffer.from('{"event_type":"x","status":"\xff"}', "latin1"),
      "not_json",
    ],
    ["a byte order mark first", Buffer.from(`\ufeff{"event_type":"x","status":"y"}`), "not_json"],
    ["UTF-16", Buffer.from('{"event_type":"x","status":"y"}', "utf16le"), "not_json"],
    ["a list", Buffer.from("[]"), "invalid"],
    ["a number", Buffer.from("5"), "invalid"],
    ["an empty object", Buffer.from("{}"), "invalid"],
    [
      "lists half a million deep",
      Buffer.from("[".repeat(500_000) + "]".repeat(500_000)),
      "invalid",
    ],
    [
      "objects too deep",
      Buffer.from('{"a":'.repeat(100_000) + "1" + "}".repeat(100_000)),
      "invalid",
    ],
    ["half a character in a field", surrogates, "accepted"],
  ])("%s", async (_, bytes, kind) => {
    const { store, sizes } = await countingStore();
    const { engine } = await startRunning({ store });
    expect((await engine.accept({ bytes })).kind).toBe(kind);
    expect(sizes).toHaveLength(kind === "accepted" ? 1 : 0);
  });
});

test("who gets a delivery, and who a decision, is answered and kept", async () => {
  const receiver = await startReceiver();
  const { engine } = await startRunning({
    destinations: [
      { ...bellAt(receiver.url, "all") },
      { ...bellAt(receiver.url, "failures"), when: rule({ status: "failed" }) },
      { ...bellAt(receiver.url, "foreign"), tenant: "tenant-2" },
    ],
  });
  const accepted = await engine.accept(posted("sync-a"));
  if (accepted.kind !== "accepted") throw new Error(accepted.kind);
  expect(accepted.deliveries.map(({ destinationId }) => destinationId)).toEqual(["all"]);
  const event = await engine.kept.event(accepted.id);
  expect(event?.decisions.map(({ destinationId, decision }) => [destinationId, decision])).toEqual([
    ["all", "deliver"],
    ["failures", "filtered"],
  ]);
});

test("more than may wait for the store are told so at once, and the others are kept", async () => {
  const { engine } = await startRunning({});
  const all = Array.from({ length: 5_010 }, (_, index) => engine.accept(posted(`sync-${index}`)));
  const settled = await Promise.allSettled(all);
  const refused = settled.filter((each) => each.status === "rejected");
  expect(refused).toHaveLength(10);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(StoreUnavailable);
  expect((await engine.accept(posted("sync-later"))).kind).toBe("accepted");
});
