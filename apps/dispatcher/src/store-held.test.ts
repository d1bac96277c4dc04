import { join } from "node:path";
import { expect, test } from "vitest";
import { LOOPBACK, withDestination, writeConfig } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { startReceiver } from "./testing/receiver.ts";
import { deliveryStates } from "./testing/store-file.ts";
import { rowsIn } from "./testing/store-rows.ts";
import { holdStore } from "./testing/store-holder.ts";
import { serve } from "./testing/syncbell-process.ts";
import { until } from "./testing/until.ts";

test("while another program holds the store nothing is taken or lost, and afterwards all goes on", async () => {
  let answer = (): void => undefined;
  let open = false;
  const receiver = await startReceiver((response) => {
    if (open) response.end("ok");
    else answer = () => void response.end("ok");
  });
  const cwd = temporaryFolder();
  const database = join(cwd, "data", "syncbell.db");
  const at = withDestination("channel: slack", `config: { url: "${receiver.url}/" }`);
  writeConfig(cwd, LOOPBACK + at);
  const serving = await serve({ cwd });
  const post = (n: number) =>
    serving.post(postSync({ sync: `sync-${n}` }), { "idempotency-key": `key-${n}` });
  expect(await post(1)).toMatchObject({ status: 202 });
  await until(() => receiver.requests.length === 1);

  const letGo = await holdStore(database);
  // What the receiver answers now can't be recorded.
  open = true;
  answer();
  const { status, headers } = await post(2);
  expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
  await letGo();

  expect(await post(2)).toMatchObject({ status: 202, body: { duplicate: false } });
  await until(() => Object.keys(deliveryStates(database)).join() === "delivered");
  expect(await serving.end("SIGTERM")).toMatchObject({ code: 0 });
  expect(await rowsIn(database)).toMatchObject({
    events: 2,
    event_names: 2,
    deliveries: 2,
    attempts: 2,
  });
  const told = receiver.requests.map(({ body }) => /sync-\d/.exec(body.toString())?.[0]);
  expect(new Set(told)).toEqual(new Set(["sync-1", "sync-2"]));
}, 60_000);
