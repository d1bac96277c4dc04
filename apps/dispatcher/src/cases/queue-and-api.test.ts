import { expect, test } from "vitest";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

test("given many deliveries and many attempts under way, each is taken once", async () => {
  const receiver = await startReceiver((response) => void setTimeout(() => response.end(), 2));
  const ids = ["one", "two", "three"];
  const { post, call } = await startRunning({
    config: destinationsAt(receiver.url, Object.fromEntries(ids.map((id) => [id, ""]))),
  });
  const EVENTS = 50;
  await Promise.all(
    Array.from({ length: EVENTS }, (_, n) => post(postSync({ sync: `sync-${n}` }))),
  );
  await until(() => receiver.requests.length >= EVENTS * ids.length);
  await until(
    async () => (await call("GET", "/v1/deliveries?state=sending")).body.data.length === 0,
  );
  const keys = receiver.requests.map(({ headers }) => headers["webhook-id"]);
  expect([keys.length, new Set(keys).size]).toEqual([EVENTS * ids.length, EVENTS * ids.length]);
});

test("given a delivery that failed for good, it is listed as failed and can be sent again", async () => {
  const receiver = await startReceiver((response, _, count) =>
    response.writeHead(count === 1 ? 400 : 200).end(),
  );
  const { delivered, call, send } = await startRunning({
    config: destinationsAt(receiver.url, { ops: "" }),
  });
  const { event_id, id } = await delivered(postSync());
  const failed = (await call("GET", "/v1/deliveries?state=failed")).body.data;
  expect(failed).toMatchObject([{ id, state: "failed" }]);
  const { deliveries } = (await send("POST", `/v1/events/${event_id}/replay`)).body;
  await until(async () => {
    const { body } = await call("GET", `/v1/deliveries/${deliveries[0].id}`);
    return body.state === "delivered";
  });
  expect((await call("GET", "/v1/deliveries?state=failed")).body.data).toHaveLength(1);
});

test("given 10 rows, paging them by 3 forward and back yields each exactly once, also with before and after", async () => {
  const { post, call } = await startRunning();
  const ids: string[] = [];
  const times: string[] = [];
  for (let n = 0; n < 10; n++) {
    const { id } = (await post(postSync({ sync: `sync-${n}` }))).body;
    ids.push(id);
    times.push((await call("GET", `/v1/events/${id}`)).body.received_at);
    // Each in a millisecond of its own.
    await until(() => Date.now() > Date.parse(times[n] ?? ""));
  }
  const part = async (filter: object, cursor: string | undefined) => {
    const query = new URLSearchParams({ limit: "3", ...filter, ...(cursor ? { cursor } : {}) });
    const { data, next_cursor } = (await call("GET", `/v1/events?${query.toString()}`)).body;
    return { ids: data.map(({ id }: { id: string }) => id) as string[], next: next_cursor };
  };
  for (const [filter, expected] of [
    [{}, ids],
    [{ after: times[0] }, ids.slice(1)],
    [{ before: times[9] }, ids.slice(0, 9)],
    [{ after: times[1], before: times[8] }, ids.slice(2, 8)],
  ] as const) {
    const forward: string[][] = [];
    const cursors: (string | undefined)[] = [undefined];
    for (;;) {
      const { ids: listed, next } = await part(filter, cursors.at(-1));
      forward.push(listed);
      if (next === null) break;
      cursors.push(next);
    }
    expect(forward.flat()).toEqual(expected.toReversed());
    expect(forward.slice(0, -1).every(({ length }) => length === 3)).toBe(true);
    // Back by the cursors that were met: each part is what it was.
    const back: string[][] = [];
    for (const cursor of cursors.toReversed()) back.push((await part(filter, cursor)).ids);
    expect(back.toReversed()).toEqual(forward);
  }
});
