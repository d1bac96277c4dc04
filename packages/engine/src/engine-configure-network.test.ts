import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";

test("a network that is no longer allowed is not reached, over an open connection neither", async () => {
  const sockets = new Set<Socket>();
  const receiver = await startReceiver((response) => {
    if (response.socket) sockets.add(response.socket);
    response.end();
  });
  const destinations = [bellAt(receiver.url)];
  const { engine, post, quiet, delivery } = await startRunning({ destinations });
  for (let n = 0; n < 2; n++) {
    await post();
    await quiet();
  }
  expect([receiver.requests.length, sockets.size]).toEqual([2, 1]);
  await engine.configure({ destinations, allow: ["10.0.0.0/8"] });
  const [id = ""] = await post();
  await quiet();
  expect((await delivery(id)).attempts).toMatchObject([
    { reason: "blocked: 127.0.0.1 is not a public address (loopback)" },
  ]);
  expect(receiver.requests).toHaveLength(2);
  // The connection that was kept is given back too.
  await until(() => [...sockets].every(({ destroyed }) => destroyed));
  await engine.configure({ destinations, allow: ["10.0.0.0/8", "127.0.0.1/32"] });
  await post();
  await quiet();
  expect(receiver.requests).toHaveLength(3);
});

test("a request that is under way when its network goes comes to its end, and its connection is closed", async () => {
  const sockets: Socket[] = [];
  const answers: (() => void)[] = [];
  const receiver = await startReceiver((response) => {
    if (response.socket) sockets.push(response.socket);
    answers.push(() => response.end());
  });
  const destinations = [bellAt(receiver.url)];
  const { engine, post, reached } = await startRunning({ destinations });
  const [id = ""] = await post();
  await until(() => answers.length === 1);
  await engine.configure({ destinations });
  answers[0]?.();
  expect(await reached(id, "delivered")).toMatchObject({ attempts: [{ status: 200 }] });
  await until(() => sockets[0]?.destroyed === true);
});

test("where the networks stay the same, connections are kept", async () => {
  const sockets = new Set<unknown>();
  const receiver = await startReceiver((response) => {
    sockets.add(response.socket);
    response.end();
  });
  const destinations = [bellAt(receiver.url)];
  const { engine, post, quiet } = await startRunning({ destinations });
  for (let n = 0; n < 3; n++) {
    await post();
    await quiet();
    await engine.configure({ destinations, allow: ["127.0.0.0/8"] });
  }
  expect([receiver.requests.length, sockets.size]).toEqual([3, 1]);
});

test("a stop does not wait for a request that was under way when its network went", async () => {
  const receiver = await startReceiver(() => undefined);
  const destinations = [bellAt(receiver.url)];
  const { engine, clock, post, store } = await startRunning({ destinations });
  await post();
  await until(() => receiver.requests.length === 1);
  await engine.configure({ destinations });
  const drained = engine.drain(0);
  for (let second = 0; second < 5; second++) await clock.advance(1_000);
  await drained;
  expect(await store.due()).toEqual([]);
});
