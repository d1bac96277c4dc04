import type { Socket } from "node:net";
import { type Receiver, startReceiver, testHttpClient } from "@syncbell/channel-kit";
import type { HttpClient, Outcome } from "@syncbell/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SlackConfig, channel } from "./index.ts";
import { deliverTo } from "./testing/delivery.ts";
import { notificationFrom, salesforceRun } from "./testing/events.ts";

const path = "/services/T0AAA/B0BBB/s3cr3tP4th";

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

/** Delivers, and makes sure of what holds for every outcome: no part of the URL is in it. */
async function deliver(...given: readonly [AbortSignal?, HttpClient?, SlackConfig["format"]?]) {
  const outcome: Outcome = await deliverTo(receiver.url + path, ...given);
  const said = JSON.stringify(outcome);
  for (const part of [receiver.url, "127.0.0.1", "services", "s3cr3tP4th"]) {
    expect(said).not.toContain(part);
  }
  return outcome;
}

test.each(["line", "blocks"] as const)(
  "the message rendered as %s is posted as JSON, and nothing is added to it",
  async (format) => {
    const outcome = await deliver(undefined, undefined, format);
    expect(outcome).toEqual({ kind: "delivered", status: 200, response: "ok" });
    expect(receiver.requests).toHaveLength(1);
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: "POST", path });
    expect(request?.headers["content-type"]).toBe("application/json");
    const message = channel.render(notificationFrom(salesforceRun), { url: "", format });
    expect(request?.body.toString()).toBe(JSON.stringify(message));
  },
);

test.each([301, 302, 307, 308])("a redirect by %i is not followed", async (status) => {
  const elsewhere = await startReceiver();
  const headers = { location: `${elsewhere.url}/` };
  receiver.answer = (response) => void response.writeHead(status, headers).end();
  expect(await deliver()).toMatchObject({ kind: "rejected", status });
  expect(receiver.requests).toHaveLength(1);
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
});

describe("without an answer", () => {
  test("a connection that is reset is tried again later, not at once", async () => {
    receiver.answer = (response) => response.socket?.resetAndDestroy();
    expect(await deliver()).toEqual({ kind: "retry", reason: "the connection was reset" });
    expect(receiver.requests).toHaveLength(1);
  });

  test("so is one that breaks within the answer", async () => {
    let socket: Socket | null = null;
    receiver.answer = (response) => {
      ({ socket } = response);
      response.writeHead(500).flushHeaders();
    };
    const http = testHttpClient({ onStatus: () => socket?.resetAndDestroy() });
    expect(await deliver(undefined, http)).toEqual({
      kind: "retry",
      reason: "the connection broke inside the answer",
      status: 500,
    });
  });

  test("so is a server that is not there", async () => {
    const { url } = receiver;
    await receiver.close();
    expect(await deliverTo(url + path)).toMatchObject({ kind: "retry" });
    receiver = await startReceiver();
  });

  test("so is a server that hangs until the attempt's signal fires", async () => {
    const deadline = new AbortController();
    receiver.answer = () => deadline.abort();
    expect(await deliver(deadline.signal)).toEqual({ kind: "retry", reason: "no answer in time" });
  });

  test("so is an attempt whose signal has fired before", async () => {
    expect(await deliver(AbortSignal.abort())).toMatchObject({ kind: "retry" });
    expect(receiver.requests).toEqual([]);
  });
});

test("a 200 whose body is not over when the signal fires is delivered: Slack has it", async () => {
  const deadline = new AbortController();
  receiver.answer = (response) => response.writeHead(200).flushHeaders();
  const http = testHttpClient({ onStatus: () => deadline.abort() });
  expect(await deliver(deadline.signal, http)).toEqual({
    kind: "delivered",
    status: 200,
    response: "",
  });
});

test("a failure of the library itself does not quote the URL", async () => {
  const broken = { request: () => Promise.reject(new Error(`no way to ${receiver.url}${path}`)) };
  expect(await deliver(undefined, broken)).toEqual({
    kind: "rejected",
    reason: "@slack/webhook refused: IncomingWebhookRequestError",
  });
});
