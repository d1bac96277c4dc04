import { SEAL_KEY_BYTES, type StoredDestination, seal } from "@syncbell/engine";
import { expect, test } from "vitest";
import { ApiDestinations } from "./api-destinations.ts";
import { SHIPPED_CHANNELS } from "./registry.ts";
import { LOOPBACK } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { makeDestination } from "./testing/made-destination.ts";
import { channelSource, installPlugin } from "./testing/plugin-package.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startRunning } from "./testing/running-dispatcher.ts";
import { until } from "./testing/until.ts";

const PROBLEM = 'there is no channel "pager"; there are: http, slack, teams, template';

/** A dispatcher that is started without the plugin that its one destination needs, and owes it a delivery. */
async function withoutPlugin() {
  const receiver = await startReceiver();
  const folder = temporaryFolder();
  installPlugin(folder, "pager", channelSource("pager"));
  const config = `${LOOPBACK}plugins: [pager]`;
  const before = await startRunning({ folder, config });
  const made = await makeDestination(before, "", {
    channel: "pager",
    config: { url: receiver.url, token: "t0ken-of-the-pager" },
    tenant: "tenant-1",
  });
  await before.send("POST", `${made.path}/pause`);
  const { id } = (await before.post(postSync())).body.deliveries[0];
  await before.stop();
  const dispatcher = await startRunning({ folder, config: LOOPBACK });
  return { ...dispatcher, folder, config, made, id, receiver };
}

test("a destination whose plugin is gone is shown with what is wrong, and its secrets are not", async () => {
  const { call, made, log } = await withoutPlugin();
  const { status, body, text } = await call("GET", made.path);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: made.id,
    channel: "pager",
    config: { url: "***", token: "***" },
    tenant: "tenant-1",
    state: "paused",
    health: { status: "healthy" },
    source: "api",
    problem: PROBLEM,
  });
  expect((await call("GET", "/v1/destinations")).body.data).toEqual([body]);
  expect(text + log.join("\n")).not.toContain("t0ken");
  const said = log.filter((line) => line.includes(made.id));
  expect(said.map((line) => JSON.parse(line))).toEqual([
    {
      level: "error",
      message: "a stored destination can't be opened: it waits",
      destination: made.id,
    },
  ]);
});

test("it keeps what it is owed, and can't be asked for anything until the plugin is back", async () => {
  const { call, send, made, id, stop, folder, config, receiver, post, log } = await withoutPlugin();
  const detail = `The destination can't be opened: ${PROBLEM}.`;
  for (const [method, path] of [
    ["PATCH", made.path],
    ...["pause", "resume", "test", "replay"].map((act) => ["POST", `${made.path}/${act}`]),
  ] as const) {
    expect(await send(method ?? "", path ?? "", {})).toMatchObject({
      status: 409,
      body: { detail },
    });
  }
  expect(await send("POST", `/v1/deliveries/${id}/retry`)).toMatchObject({ status: 400 });
  expect((await post(postSync({ sync: "sync-2" }))).body.deliveries).toEqual([]);
  expect((await call("GET", `/v1/deliveries/${id}`)).body).toMatchObject({ state: "pending" });
  expect(log.filter((line) => line.includes(made.id))).toHaveLength(1);
  await stop();
  const again = await startRunning({ folder, config });
  expect((await again.call("GET", made.path)).body).not.toHaveProperty("problem");
  await again.send("POST", `${made.path}/resume`);
  expect(await again.attempted(id, 1)).toMatchObject({ state: "delivered" });
  expect(receiver.requests[0]?.headers["x-token"]).toBe("t0ken-of-the-pager");
});

test("it can be deleted: what it was owed is cancelled then", async () => {
  const { call, made, id } = await withoutPlugin();
  expect(await call("DELETE", made.path)).toMatchObject({ status: 204 });
  expect(await call("GET", made.path)).toMatchObject({ status: 404 });
  expect((await call("GET", "/v1/destinations")).body.data).toEqual([]);
  await until(async () => (await call("GET", `/v1/deliveries/${id}`)).body.state === "cancelled");
});

test("one that was sealed with another key says so, and is not touched", async () => {
  const first = await startRunning({ config: LOOPBACK });
  const { path, id } = await makeDestination(first, "https://example.com/");
  const view = (await first.call("GET", path)).body;
  await first.stop();
  const { folder } = first;
  const second = await startRunning({ folder, secretKey: Buffer.alloc(32, 9) });
  expect((await second.call("GET", path)).body).toMatchObject({
    id,
    channel: null,
    config: {},
    state: "active",
    problem: expect.stringContaining("SYNCBELL_SECRET_KEY is not the one that sealed it"),
  });
  await second.stop();
  const third = await startRunning({ folder });
  expect((await third.call("GET", path)).body).toEqual(view);
});

test("one that its channel would not take as it is any more waits too", async () => {
  const folder = temporaryFolder();
  const source = channelSource("pager");
  installPlugin(folder, "pager", source);
  installPlugin(folder, "pager-2", source.replace("token:", "region: z.string(), token:"));
  const first = await startRunning({ folder, config: "plugins: [pager]" });
  const config = { url: "https://example.com/", token: "t0ken" };
  const { path } = await makeDestination(first, "", { channel: "pager", config });
  await first.stop();
  const second = await startRunning({ folder, config: "plugins: [pager-2]" });
  expect((await second.call("GET", path)).body.problem).toBe('"region" is required');
});

test("one whose rule can't be read hears of nothing, in place of everything", () => {
  const secretKey = Buffer.alloc(SEAL_KEY_BYTES, 7);
  const made = new ApiDestinations({
    channels: () => SHIPPED_CHANNELS,
    secretKey,
    makeId: () => "dst_1",
  });
  const config = { url: "https://example.com/" };
  const definition = { channel: "http", config, when: { status: { $later: 1 } } };
  const stored: StoredDestination = {
    id: "dst_1",
    source: "api",
    definition: seal(secretKey, "dst_1/definition", JSON.stringify(definition)),
    state: "active",
    health: {} as StoredDestination["health"],
    createdAt: 0,
    updatedAt: 0,
    disabledAt: undefined,
  };
  expect(made.revive(stored)).toBeUndefined();
  expect(made.unopened()).toMatchObject([{ problem: expect.stringMatching(/^\$later is not/) }]);
});
