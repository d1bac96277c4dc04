import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

/** A dispatcher that has delivered one event to `all`, and not to those that it did not concern. */
async function delivered() {
  const receiver = await startReceiver((response, { path }, count) =>
    response.writeHead(path === "/dying" && count === 1 ? 410 : 200).end(),
  );
  const at = (id: string, more = ""): string =>
    `  - { id: ${id}, channel: http, config: { url: "${receiver.url}/${id}" }${more} }\n`;
  const dispatcher = await startRunning({
    config: `${LOOPBACK}destinations:\n${at("all")}${at("dying")}${at("failures", ", when: { status: failed }")}${at("theirs", ", tenant: tenant-2")}`,
  });
  const { id, deliveries } = (await dispatcher.post(postSync())).body;
  for (const one of deliveries) await dispatcher.attempted(one.id, 1);
  const replay = (body?: unknown) => dispatcher.send("POST", `/v1/events/${id}/replay`, body);
  return { ...dispatcher, receiver, id, replay };
}

type Made = readonly { readonly id: string; readonly destination_id: string }[];

describe("an event that is replayed", () => {
  test("is delivered anew to all that it was meant for and that are not disabled", async () => {
    const { replay, attempted, id, call, receiver, send } = await delivered();
    const first = await replay();
    expect(first.status).toBe(202);
    const delivery = { id: expect.stringMatching(/^dlv_/), destination_id: "all" };
    expect(first.body).toEqual({ id, deliveries: [delivery] });
    const again = first.body.deliveries[0];
    expect(await attempted(again.id, 1)).toMatchObject({ state: "delivered", event_id: id });
    // It is a delivery of its own: its key is not that of the first one.
    const keys = receiver.at("/all").map(({ headers }) => headers["webhook-id"]);
    expect(new Set(keys).size).toBe(2);
    await send("POST", "/v1/destinations/dying/resume");
    const { deliveries } = (await replay({})).body;
    expect(deliveries.map((one: Made[number]) => one.destination_id)).toEqual(["all", "dying"]);
    expect((await call("GET", `/v1/events/${id}`)).body.deliveries).toHaveLength(5);
  });

  test("is delivered to those that are named, each once, also where the rule filtered it", async () => {
    const { replay, attempted, receiver, ...dispatcher } = await delivered();
    const made = await makeDestination(dispatcher, `${receiver.url}/made`);
    const { status, body } = await replay({ destinations: ["failures", made.id, "failures"] });
    expect(status).toBe(202);
    expect(body.deliveries.map((one: Made[number]) => one.destination_id)).toEqual([
      "failures",
      made.id,
    ]);
    for (const one of body.deliveries) await attempted(one.id, 1);
    expect([receiver.at("/failures").length, receiver.at("/made").length]).toEqual([1, 1]);
    expect(receiver.at("/all")).toHaveLength(1);
  });

  test("is refused with 422 where one that is named can't have it, and nobody gets it", async () => {
    const { replay, id, call } = await delivered();
    const { status, body } = await replay({ destinations: ["all", "nobody", "dying", "theirs"] });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { path: "destinations.1", message: "is no destination" },
      { path: "destinations.2", message: "is disabled: resume it first" },
      { path: "destinations.3", message: "is for another tenant's events" },
    ]);
    for (const [sent, errors] of [
      [{ destinations: [] }, [{ path: "destinations", message: "must not be empty" }]],
      [{ destinations: "all" }, [{ path: "destinations", message: "must be a list, not text" }]],
      [{ destinations: [5] }, [{ path: "destinations.0", message: "must be text, not a number" }]],
      [{ to: "all", at: 1 }, ["to", "at"].map((path) => ({ path, message: "is not known here" }))],
      [[], [{ path: "", message: "must be an object, not a list" }]],
      ["null", [{ path: "", message: "must be an object, not null" }]],
      [
        { destinations: Array(1001).fill("all") },
        [{ path: "destinations", message: "must be at most 1000 entries long" }],
      ],
    ] as const) {
      expect(await replay(sent)).toMatchObject({ status: 422, body: { errors } });
    }
    expect((await call("GET", `/v1/events/${id}`)).body.deliveries).toHaveLength(2);
  });
});

test("404, 405, 400, 413, 415: a replay of what is not there, or that can't be read", async () => {
  const { send, call } = await startRunning();
  for (const id of ["evt_01JZZZZZZZZZZZZZZZZZZZZZZZ", "__proto__", "x".repeat(8000)]) {
    expect(await call("POST", `/v1/events/${id}/replay`)).toMatchObject({
      status: 404,
      body: { detail: "There is no event with this id." },
    });
  }
  const path = "/v1/events/evt_1/replay";
  const { status, headers } = await call("GET", path);
  expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  expect(await send("POST", path, "{")).toMatchObject({ status: 400 });
  expect(await send("POST", path, JSON.stringify("x".repeat(300_000)))).toMatchObject({
    status: 413,
  });
  expect(await send("POST", path, "x", { "content-type": "text/x" })).toMatchObject({
    status: 415,
  });
});
