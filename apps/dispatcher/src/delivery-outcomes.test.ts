import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { AttemptAnswer } from "./testing/api-client.ts";
import { byPath, status } from "./testing/answering.ts";
import { destinationsAt } from "./testing/destinations-at.ts";
import { postSync } from "./testing/events.ts";
import { type Answering, startReceiver } from "./testing/receiver.ts";
import { startRunning } from "./testing/running-dispatcher.ts";
import { until } from "./testing/until.ts";

/** A dispatcher with a destination for each path of a receiver that answers by path. */
async function answeringBy(answers: Readonly<Record<string, Answering>>) {
  const receiver = await startReceiver(byPath(answers));
  const config = destinationsAt(
    receiver.url,
    Object.fromEntries(Object.keys(answers).map((id) => [id, ""])),
  );
  const dispatcher = await startRunning({ config });
  const { deliveries } = (await dispatcher.post(postSync())).body;
  const idOf = (destination: string): string =>
    deliveries.find((one: { destination_id: string }) => one.destination_id === destination).id;
  return { ...dispatcher, receiver, idOf };
}

const shortly = ({ number, outcome, status: code, reason }: AttemptAnswer): unknown[] => [
  number,
  outcome,
  code,
  reason,
];

const HOUR = 3_600_000;

test("each answer has its one consequence, and none holds up another destination", async () => {
  const elsewhere = await startReceiver();
  const { attempted, idOf } = await answeringBy({
    taken: status(202),
    gone: status(410),
    missing: status(404),
    forbidden: status(403),
    busy: status(429, { "retry-after": "7200" }),
    "busy-until": status(503, { "retry-after": new Date(Date.now() + 9 * HOUR).toUTCString() }),
    "busy-oddly": status(503, { "retry-after": "-5" }),
    moved: status(302, { location: `${elsewhere.url}/` }),
    "moved-for-good": status(308, { location: `${elsewhere.url}/` }),
    refusing: status(422),
    silent: (response) => void response.socket?.destroy(),
  });
  const outcomeOf = async (destination: string) => {
    const { state, attempts, due_at } = await attempted(idOf(destination), 1);
    const [first] = attempts;
    if (!first || attempts.length > 1) throw new Error("one attempt was made");
    return {
      said: [state, ...shortly(first)],
      wait: Date.parse(due_at) - Date.parse(first.started_at),
    };
  };
  const saidOf = async (destination: string) => (await outcomeOf(destination)).said;
  expect(await saidOf("taken")).toEqual(["delivered", 1, "delivered", 202, null]);
  expect(await saidOf("gone")).toEqual(["failed", 1, "gone", 410, "answered 410"]);
  expect(await saidOf("refusing")).toEqual(["failed", 1, "rejected", 422, "answered 422"]);
  for (const [destination, code] of [
    ["moved", 302],
    ["moved-for-good", 308],
  ] as const) {
    const why = `answered ${code}: redirects are not followed`;
    expect(await saidOf(destination)).toEqual(["failed", 1, "rejected", code, why]);
  }
  expect(elsewhere.requests).toEqual([]);

  for (const [destination, code] of [
    ["missing", 404],
    ["forbidden", 403],
  ] as const) {
    const { said, wait } = await outcomeOf(destination);
    expect(said).toEqual(["pending", 1, "unauthorized", code, `answered ${code}`]);
    expect(wait).toBeGreaterThanOrEqual(HOUR / 6);
  }
  const busy = await outcomeOf("busy");
  expect(busy.said).toEqual(["pending", 1, "retry", 429, "answered 429"]);
  expect(busy.wait).toBeGreaterThanOrEqual(2 * HOUR);
  expect((await outcomeOf("busy-until")).wait).toBeGreaterThan(8 * HOUR);
  const oddly = await outcomeOf("busy-oddly");
  expect(oddly.said).toEqual(["pending", 1, "retry", 503, "answered 503"]);
  expect(oddly.wait).toBeLessThan(HOUR);
  const closed = "the connection was closed without an answer";
  expect(await saidOf("silent")).toEqual(["pending", 1, "retry", null, closed]);
});

test("a receiver that does not answer keeps nobody else from being told", async () => {
  const held: ServerResponse[] = [];
  const { attempted, call, idOf, receiver, post } = await answeringBy({
    hanging: (response) => void held.push(response),
    steady: status(200),
  });
  await attempted(idOf("steady"), 1);
  for (let n = 2; n < 40; n++) await post(postSync({ sync: `sync-${n}` }));
  await until(() => receiver.at("/steady").length === 39);
  const { body } = await call("GET", `/v1/deliveries/${idOf("hanging")}`);
  expect(body).toMatchObject({ state: "sending", attempts: [] });
  for (const response of held) response.socket?.destroy();
});
