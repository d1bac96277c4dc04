import { type Receiver, startReceiver } from "@syncbell/channel-kit";
import type { Outcome } from "@syncbell/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { channel } from "./index.ts";
import { exampleNotification } from "./testing/events.ts";
import { attempt, testHost } from "./testing/host.ts";

const PATH = "/powerautomate/automations/direct/workflows/f00dfeed/triggers/manual/paths/invoke";
const QUERY = "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s1gnature%2Fs1gnature";

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

/** Delivers once, and makes sure of what holds for every outcome: the URL's secret is not in it. */
async function deliver(signal?: AbortSignal): Promise<Outcome> {
  const config = channel.config.parse({ mode: "workflow", url: receiver.url + PATH + QUERY });
  const connection = await channel.connect(config, testHost());
  const message = channel.render(exampleNotification("failure"), config);
  const outcome = await connection.send(message, attempt(signal));
  for (const part of [QUERY, "s1gnature", "triggers/manual/run", receiver.url + PATH]) {
    expect(JSON.stringify(outcome)).not.toContain(part);
  }
  return outcome;
}

function answers(status: number, body = "", headers: Readonly<Record<string, string>> = {}): void {
  receiver.answer = (response) => void response.writeHead(status, headers).end(body);
}

test("a card is posted as an attachment of a message, and a 202 is accepted, not delivered", async () => {
  answers(202);
  expect(await deliver()).toEqual({ kind: "accepted", status: 202, response: "" });
  expect(receiver.requests).toHaveLength(1);
  const [request] = receiver.requests;
  expect(request).toMatchObject({ method: "POST", path: PATH + QUERY });
  expect(request?.headers["content-type"]).toBe("application/json");
  const { type, attachments, ...rest } = JSON.parse(String(request?.body));
  expect([type, rest]).toEqual(["message", {}]);
  expect(attachments).toHaveLength(1);
  expect(attachments[0]).toMatchObject({
    contentType: "application/vnd.microsoft.card.adaptive",
    contentUrl: null,
    content: { type: "AdaptiveCard", version: "1.4", msteams: { width: "Full" } },
  });
});

const error = (code: string, message = ""): string => JSON.stringify({ error: { code, message } });

test.each([
  // A flow with an answer of its own says that it ran; a relay, that it has the message.
  [200, "", "delivered"],
  [200, "1", "delivered"],
  [204, "", "delivered"],
  [400, error("TriggerInputSchemaMismatch"), "rejected"],
  [
    400,
    error("WorkflowTriggerIsNotEnabled", "trigger 'manual' with state 'Disabled'"),
    "unauthorized",
  ],
  [400, error("WorkflowTriggerIsNotEnabled", "trigger 'manual' with state 'Deleted'"), "gone"],
  [401, error("DirectApiAuthorizationRequired"), "unauthorized"],
  [403, "", "unauthorized"],
  [404, "", "unauthorized"],
  [404, error("WorkflowNotFound"), "gone"],
  [410, "", "gone"],
  [413, "", "rejected"],
  [302, "", "rejected"],
  [408, "", "retry"],
  [502, error("NoResponse"), "retry"],
  [504, "", "retry"],
] as const)("%i with %j is %s", async (status, body, kind) => {
  answers(status, body);
  expect(await deliver()).toMatchObject({ kind, status, response: body });
  expect(receiver.requests).toHaveLength(1);
});

describe("a failure behind a 2xx", () => {
  const said = (status: number): string =>
    `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId x.`;

  test.each([200, 202])("too large, behind %i", async (status) => {
    answers(status, said(413));
    expect(await deliver()).toMatchObject({
      kind: "rejected",
      reason: "Teams: the message is too large",
      status,
    });
  });

  test.each([
    [429, "retry"],
    [503, "retry"],
    [403, "unauthorized"],
    [400, "rejected"],
  ] as const)("%i is %s", async (inner, kind) => {
    answers(200, said(inner));
    expect(await deliver()).toMatchObject({ kind, reason: `answered ${inner}`, status: 200 });
  });

  test("a page to sign in at is not a delivery", async () => {
    answers(200, "<html>Sign in</html>", { "content-type": "text/html; charset=utf-8" });
    const reason = "answered 200 with a web page";
    expect(await deliver()).toMatchObject({ kind: "retry", reason, status: 200 });
  });
});

test.each([
  ["7", 7_000],
  ["3600", 3_600_000],
])("a 429 waits for Retry-After: %s", async (retryAfter, afterMs) => {
  answers(429, "", { "retry-after": retryAfter });
  expect(await deliver()).toMatchObject({ kind: "retry", status: 429, afterMs });
  expect(receiver.requests).toHaveLength(1);
});

test("an answer that quotes the URL is kept without its secrets", async () => {
  answers(500, `no ${receiver.url}${PATH}${QUERY} sig=s1gnature%2Fs1gnature s1gnature/s1gnature`);
  const outcome = await deliver();
  expect(outcome.response).toMatch(/^no \*\*\* sig=\*\*\* \*\*\*$/);
});

describe("without an answer", () => {
  test("a connection that is reset is tried again later, not at once", async () => {
    receiver.answer = (response) => response.socket?.resetAndDestroy();
    expect(await deliver()).toEqual({ kind: "retry", reason: "the connection was reset" });
    expect(receiver.requests).toHaveLength(1);
  });

  test("a server that hangs is left when the attempt's signal fires", async () => {
    const deadline = new AbortController();
    receiver.answer = () => deadline.abort();
    expect(await deliver(deadline.signal)).toEqual({ kind: "retry", reason: "no answer in time" });
  });
});
