import { expect, test } from "vitest";
import { postSync } from "./testing/events.ts";
import { TOKEN, startRunning } from "./testing/running-dispatcher.ts";
import { NO_ROWS, rowsIn } from "./testing/store-rows.ts";

const needed = "This needs a token: send it as Authorization: Bearer TOKEN.";
const unknown = "The token is not known here.";

test.each([
  ["no header", undefined, needed],
  ["an empty header", "", needed],
  ["the token alone", TOKEN, needed],
  ["the scheme alone", "Bearer", needed],
  ["the scheme and a space", "Bearer ", needed],
  ["another scheme", `Basic ${Buffer.from(`admin:${TOKEN}`).toString("base64")}`, needed],
  ["two tokens", `Bearer ${TOKEN} ${TOKEN}`, needed],
  ["a token in quotes", `Bearer "${TOKEN}"`, unknown],
  ["another token", "Bearer sbat_another", unknown],
  ["the beginning of the token", `Bearer ${TOKEN.slice(0, -1)}`, unknown],
  ["the token and more", `Bearer ${TOKEN}x`, unknown],
  ["the token in other case", `Bearer ${TOKEN.toUpperCase()}`, unknown],
  ["a token that is no ASCII", "Bearer é", unknown],
  ["a very long token", `Bearer ${"x".repeat(8000)}`, unknown],
])("%s opens nothing", async (_, authorization, detail) => {
  const dispatcher = await startRunning();
  const { id } = (await dispatcher.post(postSync())).body;
  const answers = [
    await dispatcher.post(postSync({ sync: "sync-2" }), { authorization }),
    await dispatcher.call("GET", `/v1/events/${id}`, { authorization }),
    await dispatcher.call("GET", "/v1/deliveries/dlv_1", { authorization }),
    await dispatcher.call("GET", "/v1/nothing-is-here", { authorization }),
  ];
  for (const { status, headers, body } of answers) {
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="syncbell"');
    expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(body).toEqual({ type: "about:blank", title: "Unauthorized", status: 401, detail });
  }
  await dispatcher.stop();
  expect(await rowsIn(dispatcher.database)).toEqual({ ...NO_ROWS, events: 1, event_names: 1 });
});

test.each(["bearer", "BEARER", "Bearer  "])("the token opens after %j too", async (scheme) => {
  const { post } = await startRunning();
  const authorization = `${scheme} ${TOKEN}`;
  expect(await post(postSync(), { authorization })).toMatchObject({ status: 202 });
});

test("no spelling of the address goes past the token", async () => {
  const { call } = await startRunning();
  const spellings = [
    "/V1/events/evt_1",
    "/v1/events/evt_1/",
    "/v1//events/evt_1",
    "/%76%31/events/evt_1",
    "/v1%2fevents/evt_1",
    "/healthz/../v1/events/evt_1",
    "/v1/events/evt_1?token=x",
    "/v1/events/evt_1;x",
    "/./v1/events/evt_1",
  ];
  for (const path of spellings) {
    const { status } = await call("GET", path, { authorization: undefined });
    expect([401, 404]).toContain(status);
  }
});

test("a body is not read, nor told apart, without a token", async () => {
  const { post } = await startRunning();
  for (const body of ["{}", "nonsense", Buffer.alloc(3_000_000)]) {
    const answer = await post(body, { authorization: "Bearer sbat_another" });
    expect(answer).toMatchObject({ status: 401, body: { detail: unknown } });
  }
});
