import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { status } from "./testing/answering.ts";
import { LOOPBACK } from "./testing/config-file.ts";
import { destinationsAt } from "./testing/destinations-at.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { makeDestination } from "./testing/made-destination.ts";
import { startReceiver } from "./testing/receiver.ts";
import { until } from "./testing/until.ts";
import { type WatchedDispatcher, startWatched } from "./testing/watched-dispatcher.ts";

const listed = async ({ call }: WatchedDispatcher) =>
  (await call("GET", "/v1/destinations")).body.data;

describe("an edit of the config", () => {
  test("adds a destination that hears of the next event, and is shown as those of the file are", async () => {
    const receiver = await startReceiver();
    const dispatcher = await startWatched(destinationsAt(receiver.url, { first: "" }));
    const said = await dispatcher.edit(destinationsAt(receiver.url, { first: "", second: "" }));
    expect(said).toMatchObject({ message: "the config was changed", added: ["second"] });
    expect(dispatcher.newSecrets.map(({ destinationId }) => destinationId)).toEqual([
      "first",
      "second",
    ]);
    const { deliveries } = (await dispatcher.post(postSync())).body;
    for (const { id } of deliveries) {
      expect(await dispatcher.attempted(id, 1)).toMatchObject({ state: "delivered" });
    }
    expect(receiver.at("/second")).toHaveLength(1);
    expect((await listed(dispatcher)).map(({ source }: any) => source)).toEqual(["file", "file"]);
    expect(await dispatcher.call("DELETE", "/v1/destinations/second")).toMatchObject({
      status: 409,
    });
  });

  test("with a mistake changes nothing at all, though the rest of it is in order", async () => {
    const receiver = await startReceiver();
    const dispatcher = await startWatched(destinationsAt(receiver.url, { first: "" }));
    const bad = destinationsAt(receiver.url, { second: "", third: "tenants: x" });
    const said = await dispatcher.edit(bad);
    expect(said).toMatchObject({
      message: "the config was refused: the old one stays",
      problems: [
        expect.stringMatching(/:4:\d+: "tenants" is not a setting; did you mean "tenant"\?$/),
      ],
    });
    expect((await listed(dispatcher)).map(({ id }: any) => id)).toEqual(["first"]);
    expect(dispatcher.newSecrets).toHaveLength(1);
    await dispatcher.delivered(postSync());
  });

  test("takes a destination away: what it is owed ends cancelled, and it is there no more", async () => {
    const receiver = await startReceiver(status(503));
    const both = destinationsAt(receiver.url, { gone: "", kept: "" });
    const dispatcher = await startWatched(both);
    const { deliveries } = (await dispatcher.post(postSync())).body;
    for (const { id } of deliveries) await dispatcher.attempted(id, 1);
    const said = await dispatcher.edit(destinationsAt(receiver.url, { kept: "" }));
    expect(said).toMatchObject({ removed: ["gone"], added: [], changed: [] });
    const stateOf = async (id: string): Promise<string> =>
      (await dispatcher.call("GET", `/v1/deliveries/${id}`)).body.state;
    await until(async () => (await stateOf(deliveries[0].id)) === "cancelled");
    expect(await stateOf(deliveries[1].id)).toBe("pending");
    expect(await dispatcher.call("GET", "/v1/destinations/gone")).toMatchObject({ status: 404 });
    const next = (await dispatcher.post(postSync({ sync: "2" }))).body.deliveries;
    expect(next.map((one: any) => one.destination_id)).toEqual(["kept"]);
  });

  test("leaves a paused destination paused, and those of the API as they are", async () => {
    const receiver = await startReceiver();
    const dispatcher = await startWatched(destinationsAt(receiver.url, { ops: "" }));
    const made = await makeDestination(dispatcher, `${receiver.url}/made`);
    await dispatcher.send("POST", "/v1/destinations/ops/pause");
    const before = await listed(dispatcher);
    await dispatcher.edit(destinationsAt(receiver.url, { ops: "", other: "" }));
    const views = await listed(dispatcher);
    expect(views.filter(({ id }: any) => id !== "other")).toEqual(before);
    expect(before.map(({ id, state }: any) => [id, state])).toEqual([
      [made.id, "active"],
      ["ops", "paused"],
    ]);
    await dispatcher.post(postSync());
    await until(() => receiver.at("/made").length === 1 && receiver.at("/other").length === 1);
    expect(receiver.at("/ops")).toEqual([]);
  });

  test("that takes a network away has its destinations blocked, and their connections given up", async () => {
    const receiver = await startReceiver();
    const text = destinationsAt(receiver.url, { ops: "" });
    const dispatcher = await startWatched(text);
    await dispatcher.delivered(postSync({ sync: "1" }));
    const said = await dispatcher.edit(text.replace(LOOPBACK, ""));
    expect(said).toMatchObject({ changed: [], settings: ["network"] });
    const { id } = (await dispatcher.post(postSync({ sync: "2" }))).body.deliveries[0];
    const { attempts } = await dispatcher.attempted(id, 1);
    expect(attempts[0]?.reason).toMatch(/^blocked: /);
    expect(receiver.requests).toHaveLength(1);
  });

  test("of the links is seen in the next message", async () => {
    const receiver = await startReceiver();
    const at = (host: string): string => `${LOOPBACK}links: { run: "https://${host}/{{sync.id}}" }
destinations: [{ id: s, channel: slack, config: { url: "${receiver.url}/", format: blocks } }]
`;
    const dispatcher = await startWatched(at("one.example"));
    await dispatcher.delivered(postSync({ sync: "1" }));
    expect(await dispatcher.edit(at("two.example"))).toMatchObject({ settings: ["links"] });
    await dispatcher.delivered(postSync({ sync: "2" }));
    const bodies = receiver.requests.map(({ body }) => body.toString());
    expect(bodies[0]).toContain("https://one.example/1");
    expect(bodies[1]).toContain("https://two.example/2");
    expect(bodies[1]).not.toContain("one.example");
  });

  test("that another follows at once is overtaken by it", async () => {
    const receiver = await startReceiver();
    const dispatcher = await startWatched(destinationsAt(receiver.url, { a: "" }));
    for (const name of ["b", "c", "d", "e"]) {
      writeFileSync(dispatcher.file, destinationsAt(receiver.url, { [name]: "" }));
      await new Promise((resolve) => void setImmediate(resolve));
    }
    await until(async () => (await listed(dispatcher))[0]?.id === "e");
    await dispatcher.delivered(postSync());
    expect(receiver.requests.map(({ path }) => path)).toEqual(["/e"]);
  });
});

test("a secret file that has another secret is taken up: the next attempt has it, no log shows it", async () => {
  const receiver = await startReceiver();
  const folder = temporaryFolder();
  const file = join(folder, "token");
  writeFileSync(file, "Bearer first-t0ken\n");
  const config = `${LOOPBACK}destinations:
  - { id: ops, channel: http, config: { url: "${receiver.url}/", headers: { Authorization: { file: token } } } }
`;
  const dispatcher = await startWatched(config, { folder });
  await dispatcher.delivered(postSync({ sync: "1" }));
  const said = await dispatcher.after(() => writeFileSync(file, "Bearer second-t0ken\n"));
  expect(said).toMatchObject({ message: "the config was changed", changed: ["ops"] });
  await dispatcher.delivered(postSync({ sync: "2" }));
  expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer first-t0ken",
    "Bearer second-t0ken",
  ]);
  expect(dispatcher.log.join("\n")).not.toContain("t0ken");
});
