import { describe, expect, test } from "vitest";
import type { ApiClient } from "../testing/api-client.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const LONG_AGO = new Date(Date.now() - 3_600_000).toISOString();

/** A dispatcher whose one destination refuses events about a sync in its list, as long as they are there. */
async function refusing(...refused: string[]) {
  const receiver = await startReceiver((response, { body }) => {
    const { sync } = JSON.parse(body.toString());
    response.writeHead(refused.includes(sync.id) ? 422 : 200).end();
  });
  const dispatcher = await startRunning({ config: LOOPBACK });
  const made = await makeDestination(dispatcher, receiver.url);
  const send = async (sync: string): Promise<string> => {
    const { id } = await dispatcher.delivered(postSync({ sync }));
    return id;
  };
  const syncs = (): readonly string[] =>
    receiver.requests.map(({ body }) => JSON.parse(body.toString()).sync.id);
  const replay = (body: unknown) => dispatcher.send("POST", `${made.path}/replay`, body);
  return { ...dispatcher, receiver, refused, made, deliver: send, syncs, replay };
}

async function ended({ call }: Pick<ApiClient, "call">, id: string) {
  await until(async () => (await call("GET", `/v1/replays/${id}`)).body.state !== "running");
  return (await call("GET", `/v1/replays/${id}`)).body;
}

describe("a destination's replay", () => {
  test("is a job that is answered at once, goes on by itself, and says how far it is", async () => {
    const { deliver, replay, refused, syncs, made, ...dispatcher } = await refusing("b", "c");
    for (const sync of ["a", "b", "c"]) await deliver(sync);
    refused.length = 0;
    const { status, body } = await replay({ since: LONG_AGO });
    expect(status).toBe(202);
    const job = {
      id: expect.stringMatching(/^rpl_[0-9A-HJKMNP-TV-Z]{26}$/),
      total: 2,
      destination_id: made.id,
      since: LONG_AGO,
      until: expect.stringMatching(ISO),
      states: ["failed", "expired", "disabled"],
      created_at: expect.stringMatching(ISO),
    };
    expect(body).toEqual({ ...job, state: "running", done: 0 });
    expect(await ended(dispatcher, body.id)).toEqual({
      ...job,
      id: body.id,
      state: "done",
      done: 2,
    });
    await until(() => syncs().length === 5);
    expect(syncs().slice(3).toSorted()).toEqual(["b", "c"]);
    // What has arrived by now is not made up for a second time.
    const again = (await replay({ since: LONG_AGO })).body;
    expect(await ended(dispatcher, again.id)).toMatchObject({ total: 0, done: 0 });
  });

  test("goes over its stretch of time alone, and over the states that it names", async () => {
    const { deliver, replay, syncs, refused, ...dispatcher } = await refusing("early", "late");
    await deliver("early");
    const { created_at: between } = (await dispatcher.call("GET", "/v1/deliveries")).body.data[0];
    const since = new Date(Date.parse(between) + 1).toISOString();
    await until(() => Date.now() > Date.parse(since));
    await deliver("good");
    await deliver("late");
    refused.length = 0;
    const later = (await replay({ since })).body;
    expect(await ended(dispatcher, later.id)).toMatchObject({ total: 1, done: 1 });
    await until(() => syncs().length === 4);
    const earlier = (await replay({ since: LONG_AGO, until: since, states: ["failed"] })).body;
    expect(await ended(dispatcher, earlier.id)).toMatchObject({ total: 1, done: 1, until: since });
    await until(() => syncs().length === 5);
    const good = (await replay({ since: LONG_AGO, states: ["delivered"] })).body;
    expect(await ended(dispatcher, good.id)).toMatchObject({ total: 3, states: ["delivered"] });
    expect(syncs().slice(3, 5)).toEqual(["late", "early"]);
  });

  test("makes up for what came while it was disabled, and not for what its rule filtered", async () => {
    const receiver = await startReceiver((response, _, count) =>
      response.writeHead(count === 1 ? 410 : 200).end(),
    );
    const dispatcher = await startRunning({ config: LOOPBACK });
    const when = { status: "succeeded" };
    const { path } = await makeDestination(dispatcher, receiver.url, { when });
    await dispatcher.delivered(postSync());
    await until(async () => (await dispatcher.call("GET", path)).body.state === "disabled");
    await dispatcher.post(postSync({ sync: "sync-2" }));
    await dispatcher.post(postSync({ sync: "sync-3", status: "failed" }));
    await dispatcher.send("POST", `${path}/resume`);
    const { id } = (await dispatcher.send("POST", `${path}/replay`, { since: LONG_AGO })).body;
    expect(await ended(dispatcher, id)).toMatchObject({ state: "done", total: 2, done: 2 });
    await until(() => receiver.requests.length === 3);
    const syncs = receiver.requests.map(({ body }) => JSON.parse(body.toString()).sync.id);
    expect(new Set(syncs.slice(1))).toEqual(new Set(["sync-1", "sync-2"]));
  });

  test("of a paused destination makes deliveries that wait", async () => {
    const { deliver, replay, made, call, send, syncs } = await refusing("a");
    await deliver("a");
    await send("POST", `${made.path}/pause`);
    const { id } = (await replay({ since: LONG_AGO })).body;
    expect(await ended({ call }, id)).toMatchObject({ state: "done", done: 1 });
    expect((await call("GET", "/v1/deliveries?state=pending")).body.data).toHaveLength(1);
    expect(syncs()).toEqual(["a"]);
  });
});

test("422: a stretch of time that is none, or too long, each mistake with its place", async () => {
  const { replay } = await refusing();
  const [day, now] = [86_400_000, Date.now()];
  const daysAgo = (days: number): string => new Date(now - days * day).toISOString();
  const time = "must be a time like 2024-11-11T10:00:00Z";
  for (const [body, errors] of [
    [{}, [["since", "is required"]]],
    [{ since: 5 }, [["since", "must be text, not a number"]]],
    [{ since: "yesterday" }, [["since", time]]],
    [{ since: daysAgo(1), until: "now" }, [["until", time]]],
    [{ since: daysAgo(1), until: daysAgo(2) }, [["until", "must not be before since"]]],
    [{ since: daysAgo(-1) }, [["since", "must not be in the future"]]],
    [{ since: daysAgo(32) }, [["since", "must be at most 31 days before until"]]],
    [
      { since: daysAgo(60), until: daysAgo(20) },
      [["since", "must be at most 31 days before until"]],
    ],
    [{ since: daysAgo(1), states: [] }, [["states", "must not be empty"]]],
    [
      { since: daysAgo(1), states: ["pending"] },
      [["states.0", 'must be "delivered" or "failed" or "expired" or "cancelled" or "disabled"']],
    ],
    [{ since: daysAgo(1), from: "x" }, [["from", "is not known here"]]],
    [[], [["", "must be an object, not a list"]]],
    ["null", [["", "must be an object, not null"]]],
  ] as const) {
    const answer = await replay(body);
    expect(answer.body).toMatchObject({
      status: 422,
      errors: errors.map(([path, message]) => ({ path, message })),
    });
  }
  expect(await replay({ since: daysAgo(30.9) })).toMatchObject({ status: 202 });
  const old = { since: daysAgo(60), until: daysAgo(40) };
  expect(await replay(old)).toMatchObject({ status: 202 });
});

test("404 and 405: a replay that is not there can only be read", async () => {
  const { call } = await startRunning();
  for (const id of ["rpl_01JZZZZZZZZZZZZZZZZZZZZZZZ", "__proto__", "x".repeat(8000)]) {
    expect(await call("GET", `/v1/replays/${id}`)).toMatchObject({
      status: 404,
      body: { detail: "There is no replay with this id." },
    });
  }
  const { status, headers } = await call("DELETE", "/v1/replays/rpl_1");
  expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});
