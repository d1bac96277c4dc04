import { Webhook } from "standardwebhooks";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { byPath, status } from "../testing/answering.ts";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { type Answering, type Receiver, startReceiver } from "../testing/receiver.ts";
import { type RunningDispatcher, startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

const SECRET = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;

/**
 * A dispatcher whose destination `ops` answers as it is told to; `mail` is its fallback, and `watch` has
 * a rule for its failing and recovering.
 */
async function watched(answer: Answering) {
  const receiver = await startReceiver(byPath({ ops: answer }));
  const types = "[destination.failing, destination.disabled, destination.recovered]";
  const mail = `when: { event_type: never }, config: { url: "${receiver.url}/mail", secret: ${SECRET} }`;
  const config = destinationsAt(receiver.url, {
    ops: "fallback: mail",
    watch: `when: { event_type: ${types} }`,
  });
  const dispatcher = await startRunning({
    config: `${config}  - { id: mail, channel: http, ${mail} }\n`,
  });
  const fail = async (sync: string) => {
    const { deliveries } = (await dispatcher.post(postSync({ sync }))).body;
    return dispatcher.attempted(deliveries[0].id, 1);
  };
  return { ...dispatcher, receiver, fail };
}

const told = (receiver: Receiver, path: string): readonly string[] =>
  receiver.at(path).map(({ body }) => JSON.parse(body.toString()).event_type);

const health = async ({ call }: Pick<RunningDispatcher, "call">) =>
  (await call("GET", "/v1/destinations/ops")).body.health;

test("given five failures in a row, then a success, failing and recovered are raised once each, in order, signed, to the fallback and to those whose rule names them", async () => {
  let well = false;
  const { fail, receiver, call, post, attempted, ...dispatcher } = await watched((response) =>
    response.writeHead(well ? 200 : 500).end(),
  );
  for (let n = 1; n <= 4; n++) await fail(`sync-${n}`);
  expect(await health({ call })).toMatchObject({ status: "healthy", failures: 4 });
  expect(receiver.at("/mail")).toEqual([]);
  await fail("sync-5");
  await until(() => receiver.at("/mail").length === 1 && receiver.at("/watch").length === 1);
  expect(await health({ call })).toMatchObject({
    status: "failing",
    failures: 5,
    reason: "answered 500",
    failing_since: expect.stringMatching(/Z$/),
    next_attempt_at: expect.stringMatching(/Z$/),
  });
  // It is probed and not hammered: what is due by itself waits for the probe.
  const held = (await post(postSync({ sync: "sync-6" }))).body.deliveries[0].id;
  expect((await call("GET", `/v1/deliveries/${held}`)).body).toMatchObject({ attempts: [] });
  well = true;
  expect(await attempted(held, 1)).toMatchObject({ state: "delivered" });
  await until(() => receiver.at("/mail").length === 2 && receiver.at("/watch").length === 2);
  const both = ["destination.failing", "destination.recovered"];
  expect([told(receiver, "/mail"), told(receiver, "/watch")]).toEqual([both, both]);
  expect(told(receiver, "/ops")).not.toContain("destination.failing");
  const [alert] = receiver.at("/mail");
  const verified = new Webhook(SECRET).verify(
    alert?.body ?? "",
    alert?.headers as Record<string, string>,
  );
  expect(verified).toMatchObject({
    event_type: "destination.failing",
    destination: { id: "ops", channel: "http", failures: 5, reason: "answered 500" },
  });
  expect(await health({ call })).toMatchObject({ status: "healthy", failures: 0, reason: null });
  expect(dispatcher.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

test("given one success in between, four failures on either side of it raise nothing", async () => {
  let well = false;
  const { fail, receiver, call } = await watched((response) =>
    response.writeHead(well ? 200 : 500).end(),
  );
  for (let n = 1; n <= 9; n++) {
    well = n === 5;
    await fail(`sync-${n}`);
  }
  expect(await health({ call })).toMatchObject({ status: "healthy", failures: 4 });
  expect([receiver.at("/mail"), receiver.at("/watch")]).toEqual([[], []]);
});

test("given failures that were under way together, they count as one", async () => {
  const held: ServerResponse[] = [];
  const { post, receiver, call } = await watched((response) => void held.push(response));
  for (const sync of ["a", "b"]) await post(postSync({ sync }));
  await until(() => held.length === 2);
  for (const response of held) response.writeHead(500).end();
  await until(async () => (await health({ call })).failures > 0);
  const tried = "/v1/deliveries?destination=ops&state=sending";
  await until(async () => (await call("GET", tried)).body.data.length === 0);
  expect(await health({ call })).toMatchObject({ failures: 1 });
  expect(receiver.at("/mail")).toEqual([]);
});

test("given a destination that says it is gone, it is disabled at once, and the fallback is told once, with the reason", async () => {
  const { fail, receiver, call } = await watched(status(410));
  await fail("sync-1");
  await until(() => receiver.at("/mail").length === 1);
  expect(JSON.parse(receiver.at("/mail")[0]?.body.toString() ?? "")).toMatchObject({
    event_type: "destination.disabled",
    status: "disabled",
    destination: { id: "ops", failures: 1, reason: "answered 410" },
  });
  expect((await call("GET", "/v1/destinations/ops")).body).toMatchObject({ state: "disabled" });
});

test("given a hung fallback and a slow destination, other attempts are still recorded, and a shutdown waits for what is under way", async () => {
  const held: ServerResponse[] = [];
  const hang: Answering = (response) => void held.push(response);
  const receiver = await startReceiver(byPath({ gone: status(410), mail: hang, slow: hang }));
  const { post, attempted, stop, folder } = await startRunning({
    config: destinationsAt(receiver.url, {
      gone: "fallback: mail",
      mail: "when: { event_type: never }",
      slow: "",
      steady: "",
    }),
  });
  const { deliveries } = (await post(postSync())).body;
  await until(() => held.length === 2);
  const idOf = (id: string): string =>
    deliveries.find((one: { destination_id: string }) => one.destination_id === id).id;
  expect(await attempted(idOf("gone"), 1)).toMatchObject({ state: "failed" });
  expect(await attempted(idOf("steady"), 1)).toMatchObject({ state: "delivered" });
  const stopped = stop();
  for (const response of held) response.end("ok");
  await stopped;
  const { call } = await startRunning({ folder });
  const states = (await call("GET", "/v1/deliveries")).body.data.map(
    (one: { destination_id: string; state: string }) => [one.destination_id, one.state],
  );
  expect(Object.fromEntries(states)).toEqual({
    gone: "failed",
    mail: "delivered",
    slow: "delivered",
    steady: "delivered",
  });
});
