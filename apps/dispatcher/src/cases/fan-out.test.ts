import { expect, test } from "vitest";
import { byPath, inTurn, status } from "../testing/answering.ts";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

type Ref = { readonly id: string; readonly destination_id: string };

/** The syncs of which a path of a receiver was told. */
const syncsAt = (receiver: Receiver, path: string): readonly string[] =>
  receiver.at(path).map(({ body }) => JSON.parse(body.toString()).sync.id);

test("given three destinations of which one answers 500, all get it once, only the failing one is retried, and it succeeds after recovery by exactly two attempts", async () => {
  const receiver = await startReceiver(byPath({ failing: inTurn(500, 200) }));
  const { post, call, attempted } = await startRunning({
    config: destinationsAt(receiver.url, { first: "", failing: "", second: "" }),
  });
  const { deliveries } = (await post(postSync())).body;
  expect(deliveries).toHaveLength(3);
  for (const { id, destination_id } of deliveries as readonly Ref[]) {
    const attempts = destination_id === "failing" ? 2 : 1;
    expect((await attempted(id, attempts)).attempts).toHaveLength(attempts);
  }
  const failing = (deliveries as readonly Ref[]).find((one) => one.destination_id === "failing");
  const { state, attempts } = (await call("GET", `/v1/deliveries/${failing?.id}`)).body;
  expect(state).toBe("delivered");
  expect(attempts).toMatchObject([
    { number: 1, outcome: "retry", status: 500, response: "said 500", manual: false },
    { number: 2, outcome: "delivered", status: 200, response: "said 200", manual: false },
  ]);
  expect((await call("GET", "/v1/deliveries?state=sending")).body.data).toEqual([]);
  expect(["/first", "/failing", "/second"].map((path) => receiver.at(path).length)).toEqual([
    1, 2, 1,
  ]);
  // The same id on each attempt, signed anew.
  const headers = receiver.at("/failing").map((request) => request.headers);
  expect(headers.map((one) => one["webhook-id"])).toEqual([failing?.id, failing?.id]);
  expect(headers[0]?.["webhook-signature"]).not.toBe(headers[1]?.["webhook-signature"]);
});

test("given destinations on statuses and tenants A and B, when events A and B are sent, each gets only its own", async () => {
  const receiver = await startReceiver();
  const { post, attempted } = await startRunning({
    config: destinationsAt(receiver.url, {
      failures: "when: { status: failed }",
      successes: "when: { status: succeeded }",
      one: "tenant: tenant-1",
      two: "tenant: tenant-2",
    }),
  });
  for (const [sync, state, tenant] of [
    ["a", "failed", "tenant-1"],
    ["b", "succeeded", "tenant-2"],
  ] as const) {
    const event = postSync({ sync, status: state, tenant: { id: tenant, name: "x" } });
    const { deliveries } = (await post(event)).body;
    for (const { id } of deliveries) await attempted(id, 1);
  }
  expect(syncsAt(receiver, "/failures")).toEqual(["a"]);
  expect(syncsAt(receiver, "/successes")).toEqual(["b"]);
  expect(syncsAt(receiver, "/one")).toEqual(["a"]);
  expect(syncsAt(receiver, "/two")).toEqual(["b"]);
});

test("given a filter amount >= 100, when 50 then 200 are sent, only 200 arrives", async () => {
  const receiver = await startReceiver();
  const { post, delivered } = await startRunning({
    config: destinationsAt(receiver.url, { large: "when: { amount: { $gte: 100 } }" }),
  });
  const small = (await post(postSync({ sync: "small", amount: 50 }))).body;
  expect(small.deliveries).toEqual([]);
  await delivered(postSync({ sync: "large", amount: 200 }));
  expect(syncsAt(receiver, "/large")).toEqual(["large"]);
});

test("given a rule on a field and an event without it, it is not delivered; a destination without a rule gets everything", async () => {
  const receiver = await startReceiver();
  const { post, attempted } = await startRunning({
    config: destinationsAt(receiver.url, { labelled: "when: { labels: eu }", all: "" }),
  });
  for (const event of [
    postSync({ sync: "none" }),
    postSync({ sync: "other", labels: ["us"] }),
    postSync({ sync: "ours", labels: ["us", "eu"] }),
  ]) {
    const { deliveries } = (await post(event)).body;
    for (const { id } of deliveries) await attempted(id, 1);
  }
  expect(syncsAt(receiver, "/labelled")).toEqual(["ours"]);
  expect(syncsAt(receiver, "/all")).toEqual(["none", "other", "ours"]);
});

test("given a disabled destination, nothing is sent; after enabling, only later events flow", async () => {
  const receiver = await startReceiver(inTurn(410, 200));
  const { post, call, send, delivered } = await startRunning({
    config: destinationsAt(receiver.url, { ops: "" }),
  });
  await delivered(postSync({ sync: "disabling" }));
  await until(async () => (await call("GET", "/v1/destinations/ops")).body.state === "disabled");
  expect((await post(postSync({ sync: "missed" }))).body.deliveries).toEqual([]);
  await send("POST", "/v1/destinations/ops/resume");
  await delivered(postSync({ sync: "later" }));
  expect(syncsAt(receiver, "/ops")).toEqual(["disabling", "later"]);
  expect((await call("GET", "/v1/deliveries")).body.data).toHaveLength(2);
});

/** Rules, and whether they match {@link SUBJECT}. */
const RULES: readonly (readonly [rule: string, matches: boolean])[] = [
  ["{ status: failed }", true],
  ["{ status: [cancelled, failed] }", true],
  ["{ status: succeeded }", false],
  ["{ outcome: failed, amount: 100 }", true],
  ["{ amount: { $gt: 100 } }", false],
  ["{ amount: { $gte: 100, $lt: 101 } }", true],
  ["{ amount: { $ne: 100 } }", false],
  ["{ labels: eu }", true],
  ["{ labels: { $nin: [eu, us] } }", false],
  ["{ missing: null }", true],
  ["{ missing: { $exists: true } }", false],
  ['{ task.name: { $glob: "ord*" } }', true],
  ["{ $or: [{ amount: 5 }, { labels: us }] }", true],
  ["{ $nor: [{ amount: 5 }, { labels: us }] }", false],
  ["{ $and: [{ amount: 100 }, { labels: asia }] }", false],
];
const SUBJECT = { status: "failed", amount: 100, labels: ["eu", "us"] };

test("given every kind of filter, when the filter is wrapped in $not, the verdict inverts", async () => {
  const rules = RULES.flatMap(([rule], n) => [
    [`plain-${n}`, `when: ${rule}`],
    [`inverted-${n}`, `when: { $nor: [${rule}] }`],
    ...("{ amount: { $gt: 100 } }" === rule
      ? [["not", "when: { amount: { $not: { $gt: 100 } } }"]]
      : []),
  ]);
  const receiver = await startReceiver(status(200));
  const { post, call } = await startRunning({
    config: destinationsAt(receiver.url, Object.fromEntries(rules)),
  });
  const { id } = (await post(postSync(SUBJECT))).body;
  const { decisions } = (await call("GET", `/v1/events/${id}`)).body;
  const verdicts = new Map<string, string>(
    decisions.map((one: { destination_id: string; decision: string }) => [
      one.destination_id,
      one.decision,
    ]),
  );
  for (const [n, [rule, matches]] of RULES.entries()) {
    const pair = [verdicts.get(`plain-${n}`), verdicts.get(`inverted-${n}`)];
    const expected = matches ? ["deliver", "filtered"] : ["filtered", "deliver"];
    expect([rule, ...pair]).toEqual([rule, ...expected]);
  }
  expect(verdicts.get("not")).toBe("deliver");
});
