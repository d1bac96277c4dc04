import { expect, test } from "vitest";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

/** A dispatcher with two destinations that has heard of four runs of one pipeline. */
async function running() {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({
    config: destinationsAt(receiver.url, {
      all: "",
      failures: "when: { status: failed }",
    }),
  });
  for (const [index, status] of ["failed", "failed", "succeeded", "succeeded"].entries()) {
    await dispatcher.post(postSync({ status, sync: `sync-${index}` }));
  }
  await until(() => receiver.requests.length === 6);
  const check = (destinations: readonly unknown[], more: object = {}) =>
    dispatcher.send("POST", "/v1/check", { destinations, ...more });
  return { ...dispatcher, receiver, check };
}

const UNCHANGED = { more: 0, less: 0, otherwise: 0, changes: [] };

test("what is as it was makes no difference", async () => {
  const { check } = await running();
  const { status, body } = await check([
    { id: "all" },
    { id: "failures", when: { status: "failed" } },
  ]);
  expect(status).toBe(200);
  expect(body).toEqual({
    events: 4,
    since: expect.stringMatching(/^\d{4}-.+Z$/),
    until: expect.stringMatching(/^\d{4}-.+Z$/),
    destinations: [
      { destination_id: "all", before: 4, after: 4, ...UNCHANGED },
      { destination_id: "failures", before: 2, after: 2, ...UNCHANGED },
    ],
  });
});

test("what would have been sent more, less or otherwise is counted, and told with its reason", async () => {
  const { check, receiver, call } = await running();
  const { body } = await check([
    { id: "all", when: { status: "failed" }, notify: ["broke", "recovered"] },
    { id: "failures", when: { outcome: "failed" }, digest: { window: "10m" } },
    { id: "fresh", notify: ["recovered"], when: { status: "succeeded" } },
  ]);
  const [all, failures, fresh] = body.destinations;
  // The failure, and the recovery that goes with it.
  expect(all).toMatchObject({ before: 4, after: 2, more: 0, less: 2, otherwise: 0 });
  expect(all.changes.map((change: any) => [change.title, change.before.decision])).toEqual([
    ["orders succeeded", "deliver"],
    ["orders failed again, 2 times in a row", "deliver"],
  ]);
  expect(all.changes[1].after).toEqual({
    decision: "filtered",
    reason:
      "the pipeline is still failing, 2 times in a row (failing); notify has broke, recovered",
  });
  expect(failures).toMatchObject({ before: 2, after: 2, more: 0, less: 0, otherwise: 2 });
  expect(failures.changes[0].after.decision).toBe("digested");
  // It would not have been told of the failure.
  expect(fresh).toMatchObject({ destination_id: "fresh", before: 0, after: 0, ...UNCHANGED });
  expect(receiver.requests).toHaveLength(6);
  expect((await call("GET", "/v1/events")).body.data).toHaveLength(4);
});

test("a destination that is left out would hear of nothing any more; those of the API stay", async () => {
  const { check, send, receiver } = await running();
  const made = await send("POST", "/v1/destinations", {
    channel: "http",
    config: { url: `${receiver.url}/made` },
  });
  expect(made.status).toBe(201);
  const { body } = await check([{ id: "all", tenant: "tenant-2" }], { last: 1 });
  expect(body).toMatchObject({
    events: 1,
    destinations: [
      { destination_id: "all", before: 1, after: 0, less: 1, changes: [{ after: null }] },
      { destination_id: "failures", before: 0, after: 0, less: 0 },
    ],
  });
});

test("what a destination was told before these events is as it was", async () => {
  const receiver = await startReceiver();
  const telling = 'when: { status: failed }, notify: ["broke", "recovered"]';
  const { post, send } = await startRunning({
    config: destinationsAt(receiver.url, { ops: telling, other: "when: { status: ended }" }),
  });
  await post(postSync({ status: "failed", sync: "sync-1" }));
  await until(() => receiver.at("/ops").length === 1);
  await post(postSync({ status: "succeeded", sync: "sync-2" }));
  const same = { when: { status: "failed" }, notify: ["broke", "recovered"] };
  const destinations = [
    { id: "ops", ...same },
    { id: "other", ...same },
  ];
  const { body } = await send("POST", "/v1/check", { destinations, last: 1 });
  expect(body.destinations).toMatchObject([
    { destination_id: "ops", before: 1, after: 1 },
    { destination_id: "other", before: 0, after: 0 },
  ]);
});

test("what can't be used is refused by its place, and what belongs to a channel does not belong here", async () => {
  const { check, call } = await running();
  const { status, body } = await check([
    { id: "all", when: { status: { $eqq: 1 } } },
    { id: "all", config: { url: "https://example.com" }, fallback: "nobody" },
    "ops",
  ]);
  expect(status).toBe(422);
  expect(body.errors.map(({ path }: { readonly path: string }) => path).toSorted()).toEqual([
    "destinations.0.when.status.$eqq",
    "destinations.1.config",
    "destinations.1.fallback",
    "destinations.1.id",
    "destinations.2",
  ]);
  for (const last of [0, 1001, 1.5, "10"]) expect((await check([], { last })).status).toBe(422);
  expect((await call("GET", "/v1/check")).status).toBe(405);
});

test("more than takes a second or two is refused, with what can be asked", async () => {
  const { check } = await running();
  const destinations = Array.from({ length: 60 }, (_, index) => ({ id: `ops-${index}` }));
  const detail = "That is too much to try: with 60 destinations, ask for the last 833 or fewer.";
  const { status, body } = await check(destinations, { last: 834 });
  expect([status, body.detail, body.errors]).toEqual([
    422,
    detail,
    [{ path: "last", message: detail }],
  ]);
  expect((await check(destinations, { last: 833 })).status).toBe(200);
});

test("one is tried at a time: another is told when to ask again", async () => {
  const { check } = await running();
  const destinations = Array.from({ length: 2_000 }, (_, index) => ({
    id: `ops-${index}`,
    when: { status: "failed" },
    notify: ["broke"],
  }));
  const answers = await Promise.all([1, 2, 3].map(() => check(destinations, { last: 25 })));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(answers.length - refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers, body } of refused) {
    expect([status, headers.get("retry-after"), body.detail]).toEqual([
      429,
      "2",
      "Another config is being tried at the moment. Try again later.",
    ]);
  }
  expect((await check(destinations, { last: 25 })).status).toBe(200);
});

test("without events there is nothing to tell", async () => {
  const { send } = await startRunning();
  const { body } = await send("POST", "/v1/check", { destinations: [{ id: "ops" }] });
  expect(body).toEqual({
    events: 0,
    since: null,
    until: null,
    destinations: [{ destination_id: "ops", before: 0, after: 0, ...UNCHANGED }],
  });
});
