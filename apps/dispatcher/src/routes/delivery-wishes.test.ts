import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

/** A dispatcher with a destination whose answers are given one by one: a status, or "hold". */
async function answering(...answers: readonly (number | "hold")[]) {
  const held: ServerResponse[] = [];
  const receiver = await startReceiver((response, _, count) => {
    const answer = answers[Math.min(count, answers.length) - 1] ?? 200;
    if (answer === "hold") held.push(response);
    else response.writeHead(answer).end();
  });
  const dispatcher = await startRunning({ config: LOOPBACK });
  const made = await makeDestination(dispatcher, receiver.url);
  const { id } = (await dispatcher.post(postSync())).body.deliveries[0];
  const wish = (name: "retry" | "cancel") =>
    dispatcher.send("POST", `/v1/deliveries/${id}/${name}`);
  return { ...dispatcher, receiver, held, made, id, wish };
}

describe("a retry", () => {
  test("of a delivery that failed comes at once, is marked, and takes the next number", async () => {
    const { attempted, wish, id } = await answering(422, 200);
    const failed = await attempted(id, 1);
    const { status, body } = await wish("retry");
    expect(status).toBe(202);
    expect(body).toMatchObject({ id, attempts: [{ number: 1, manual: false }] });
    const { state, attempts, due_at } = await attempted(id, 2);
    expect([state, due_at]).toEqual(["delivered", failed.due_at]);
    expect(attempts).toMatchObject([
      { number: 1, outcome: "rejected", status: 422, manual: false },
      { number: 2, outcome: "delivered", status: 200, manual: true },
    ]);
  });

  test("that fails too leaves the pending attempt where it was", async () => {
    const { attempted, wish, id } = await answering(503);
    const before = await attempted(id, 1);
    expect(before.state).toBe("pending");
    expect(await wish("retry")).toMatchObject({ status: 202 });
    const after = await attempted(id, 2);
    expect([after.state, after.due_at]).toEqual(["pending", before.due_at]);
  });

  test("of a delivery that ended otherwise is made: delivered, cancelled, of a paused one", async () => {
    const { attempted, wish, id, send, made, post, receiver } = await answering(200);
    await attempted(id, 1);
    expect(await wish("retry")).toMatchObject({ status: 202 });
    expect(await attempted(id, 2)).toMatchObject({ state: "delivered" });
    await send("POST", `${made.path}/pause`);
    const second = (await post(postSync({ sync: "sync-2" }))).body.deliveries[0];
    await send("POST", `/v1/deliveries/${second.id}/cancel`);
    await send("POST", `/v1/deliveries/${second.id}/retry`);
    expect(await attempted(second.id, 1)).toMatchObject({ state: "delivered" });
    const keys = receiver.requests.map(({ headers }) => headers["webhook-id"]);
    expect(keys).toEqual([id, id, second.id]);
  });

  test("of one that is being sent is refused with 409", async () => {
    const { wish, held, attempted, id } = await answering("hold", 200);
    await until(() => held.length === 1);
    for (const name of ["retry", "cancel"] as const) {
      expect(await wish(name)).toMatchObject({
        status: 409,
        body: { title: "Conflict", detail: "An attempt at this delivery is under way." },
      });
    }
    held[0]?.end("ok");
    expect((await attempted(id, 1)).attempts).toHaveLength(1);
  });

  test("to a destination that is disabled or deleted is refused with 400", async () => {
    const { wish, attempted, id, call, made } = await answering(410);
    await attempted(id, 1);
    await until(async () => (await call("GET", made.path)).body.state === "disabled");
    const disabled = { detail: "The destination is disabled: resume it first." };
    expect(await wish("retry")).toMatchObject({ status: 400, body: disabled });
    await call("DELETE", made.path);
    const detail = "Its destination does not exist any more, or can't be opened.";
    expect(await wish("retry")).toMatchObject({ status: 400, body: { detail } });
  });
});

describe("cancelling", () => {
  test("ends a delivery that is pending, which is not sent then", async () => {
    const { attempted, wish, id, receiver, send, made } = await answering(503, 200);
    await attempted(id, 1);
    const { status, body } = await wish("cancel");
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: "cancelled", reason: "it was cancelled on request" });
    await send("POST", `${made.path}/resume`);
    expect(receiver.requests).toHaveLength(1);
    expect(await wish("cancel")).toMatchObject({
      status: 409,
      body: { detail: "The delivery has ended: it is cancelled." },
    });
  });

  test("what has ended is refused with 409", async () => {
    const { attempted, wish, id } = await answering(200);
    await attempted(id, 1);
    expect(await wish("cancel")).toMatchObject({
      status: 409,
      body: { detail: "The delivery has ended: it is delivered." },
    });
  });
});

test("404, 405, 400, 413, 415: wishes for what is not there, or that can't be read", async () => {
  const { send, call } = await startRunning();
  const unknown = { status: 404, body: { detail: "There is no delivery with this id." } };
  for (const id of ["dlv_01JZZZZZZZZZZZZZZZZZZZZZZZ", "__proto__", "%00'--", "x".repeat(8000)]) {
    expect(await call("GET", `/v1/deliveries/${id}`)).toMatchObject(unknown);
    expect(await call("POST", `/v1/deliveries/${id}/retry`)).toMatchObject(unknown);
    expect(await call("POST", `/v1/deliveries/${id}/cancel`)).toMatchObject(unknown);
  }
  for (const wish of ["retry", "cancel"]) {
    const path = `/v1/deliveries/dlv_1/${wish}`;
    const { status, headers } = await call("GET", path);
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
    expect(await send("POST", path, "{")).toMatchObject({ status: 400 });
    expect(await send("POST", path, JSON.stringify("x".repeat(300_000)))).toMatchObject({
      status: 413,
    });
    const text = { "content-type": "text/plain" };
    expect(await send("POST", path, "x", text)).toMatchObject({ status: 415 });
  }
});
