import { expect, onTestFinished, test } from "vitest";
import { destinationsAt } from "./testing/destinations-at.ts";
import { postSync } from "./testing/events.ts";
import { newDatabase } from "./testing/postgres-database.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startSeveral } from "./testing/several-dispatchers.ts";
import { until } from "./testing/until.ts";

test("what a dispatcher that stands still has under way is taken over once, and its own record comes too late", async () => {
  // The first attempt is never answered: it fails, which the record of the first dispatcher would say.
  let release = (): void => undefined;
  const receiver = await startReceiver((response, _, count) => {
    if (count === 2) release = () => void response.end("ok");
    else if (count > 2) response.end("ok");
  });
  const config = destinationsAt(receiver.url, { ops: "" });
  const database = await newDatabase();
  const [first] = await startSeveral(1, config, database);
  const { body } = await first!.post(postSync());
  await until(() => receiver.requests.length === 1);
  const [second, third] = await startSeveral(2, config, database);
  process.kill(first!.pid, "SIGSTOP");
  onTestFinished(() => void process.kill(first!.pid, "SIGKILL"));

  const [id = ""] = body.deliveries.map((one: { readonly id: string }) => one.id);
  await until(() => receiver.requests.length === 2);
  // The other attempt is still under way.
  process.kill(first!.pid, "SIGCONT");
  await until(() => first!.log.some((line) => line.includes("the lease had passed: not recorded")));
  expect((await third!.call("GET", `/v1/deliveries/${id}`)).body).toMatchObject({
    state: "sending",
    attempts: [],
  });
  release();
  expect(await second!.attempted(id, 1)).toMatchObject({
    state: "delivered",
    attempts: [{ number: 1, outcome: "delivered" }],
  });
  expect((await first!.call("GET", "/v1/destinations/ops")).body).toMatchObject({
    state: "active",
    health: { status: "healthy", failures: 0 },
  });
  const keys = receiver.requests.map(({ headers }) => headers["webhook-id"]);
  expect(keys).toEqual([id, id]);
  // It is as good as the others again.
  await first!.delivered(postSync({ sync: "sync-2" }));
  expect(receiver.requests).toHaveLength(3);
}, 90_000);
