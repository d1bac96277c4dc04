import { expect, test } from "vitest";
import { LOOPBACK } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { makeDestination } from "./testing/made-destination.ts";
import { channelSource, installPlugin } from "./testing/plugin-package.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startRunning } from "./testing/running-dispatcher.ts";
import { startWatched } from "./testing/watched-dispatcher.ts";

/** A pager that is called back. */
const CALLED = `${channelSource("pager").replace("export const channel", "const pager")}
export const channel = {
  ...pager,
  inbound: { path: "/api/pager", maxBytes: 64 },
  connect: async (config, host) => ({
    ...(await pager.connect(config, host)),
    receive: async ({ body }) => ({ status: 200, body: { heard: body } }),
  }),
};
`;

const CONFIG = { url: "", token: "t0ken" };

test("a plugin that is named newly is there at once: for the file, the API, and its service", async () => {
  const receiver = await startReceiver();
  const folder = temporaryFolder();
  const dispatcher = await startWatched(LOOPBACK, { folder });
  const { send, call, edit, url } = dispatcher;
  const ring = async (): Promise<number> =>
    (await fetch(`${url}/api/pager`, { method: "POST", body: "x" })).status;
  const channels = async (): Promise<readonly string[]> =>
    (await call("GET", "/v1/channels")).body.data.map(({ type }: { type: string }) => type);
  const input = { channel: "pager", config: { ...CONFIG, url: `${receiver.url}/api` } };
  expect(await send("POST", "/v1/destinations", input)).toMatchObject({ status: 422 });
  expect([await ring(), await channels()]).toEqual([404, ["http", "slack", "teams", "template"]]);

  installPlugin(folder, "pager", CALLED);
  const file = `${LOOPBACK}plugins: [pager]
destinations: [{ id: ops, channel: pager, config: { url: "${receiver.url}/file", token: t } }]
`;
  expect(await edit(file)).toMatchObject({ added: ["ops"], settings: ["plugins"] });
  expect(await channels()).toContain("pager");
  expect(await send("POST", "/v1/destinations", input)).toMatchObject({ status: 201 });
  const { deliveries } = (await dispatcher.post(postSync())).body;
  for (const { id } of deliveries) await dispatcher.attempted(id, 1);
  expect(receiver.requests.map(({ path }) => path).toSorted()).toEqual(["/api", "/file"]);
  expect(await ring()).toBe(200);
});

test("a plugin that is named no longer makes nothing new, and what it has made goes on until the next start", async () => {
  const receiver = await startReceiver();
  const folder = temporaryFolder();
  installPlugin(folder, "pager", CALLED);
  const dispatcher = await startWatched(`${LOOPBACK}plugins: [pager]\n`, { folder });
  const input = { channel: "pager", config: { ...CONFIG, url: receiver.url } };
  await makeDestination(dispatcher, "", input);
  await dispatcher.edit(LOOPBACK);
  expect(dispatcher.log.join("\n")).toContain(
    "plugins that are no longer named stay loaded until the next start",
  );
  expect(await dispatcher.send("POST", "/v1/destinations", input)).toMatchObject({ status: 422 });
  await dispatcher.delivered(postSync());
  const called = await fetch(`${dispatcher.url}/api/pager`, { method: "POST", body: "x" });
  expect(called.status).toBe(200);
});

test("a destination of the API that waits for its plugin is opened when that is named again", async () => {
  const receiver = await startReceiver();
  const folder = temporaryFolder();
  installPlugin(folder, "pager", channelSource("pager"));
  const first = await startRunning({ folder, config: `${LOOPBACK}plugins: [pager]` });
  const config = { ...CONFIG, url: receiver.url };
  const made = await makeDestination(first, "", { channel: "pager", config });
  await first.send("POST", `${made.path}/pause`);
  const { id } = (await first.post(postSync())).body.deliveries[0];
  await first.stop();
  const { call, send, edit, attempted } = await startWatched(LOOPBACK, { folder });
  expect((await call("GET", made.path)).body).toHaveProperty("problem");
  await edit(`${LOOPBACK}plugins: [pager]\n`);
  expect((await call("GET", made.path)).body).not.toHaveProperty("problem");
  expect((await call("GET", "/v1/destinations")).body.data).toHaveLength(1);
  await send("POST", `${made.path}/resume`);
  expect(await attempted(id, 1)).toMatchObject({ state: "delivered" });
});
