import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API_VERSION, defineChannel } from "./channel.ts";
import type { HttpClient } from "./http.ts";
import { notificationOf } from "./notification.ts";
import { outcomeOf } from "./outcome.ts";
import { salesforceRun } from "./testing/example-events.ts";

const pager = defineChannel({
  type: "pager",
  title: "Pager",
  config: z.strictObject({ url: z.url() }),
  limits: { maxBytes: 1000, concurrency: 2, dropsRepeats: true },
  render: ({ title, tone }) => ({ title, urgent: tone === "bad" }),
  connect: ({ url }, host) => ({
    async send(message, { key, signal }) {
      const headers = { "idempotency-key": key };
      const body = JSON.stringify(message);
      return outcomeOf(await host.http.request({ url, headers, body, signal }));
    },
  }),
});

const event = salesforceRun();
const source = { id: "evt_1", type: event.event_type, receivedAt: 0, raw: "{}", event };

describe("defineChannel", () => {
  it("states the version of the contract", () => {
    expect(pager.apiVersion).toBe(API_VERSION);
  });

  it("leaves the channel as it was written", () => {
    expect(pager).toMatchObject({ type: "pager", title: "Pager", limits: { concurrency: 2 } });
    expect(pager.config.parse({ url: "https://p.example" })).toEqual({ url: "https://p.example" });
    expect(() => pager.config.parse({ url: "https://p.example", key: 1 })).toThrow(z.ZodError);
  });

  it("makes a channel that says a notification and hands it over", async () => {
    const http: HttpClient = {
      request: async ({ headers, body }) => ({
        kind: "response",
        status: 202,
        headers: {},
        body: `${headers?.["idempotency-key"]} ${String(body)}`,
        complete: true,
        receivedAt: 0,
      }),
    };
    const log = { debug: () => undefined, warn: () => undefined };
    const config = { url: "https://p.example" };
    const state = { get: async () => undefined, set: async () => {}, delete: async () => {} };
    const host = { http, log, state, destinationId: "on-call", now: () => 0 };
    const connection = await pager.connect(config, host);
    const attempt = { signal: new AbortController().signal, key: "dlv_1", number: 1, startedAt: 0 };
    const message = pager.render(notificationOf(source), config);
    expect(await connection.send(message, attempt)).toEqual({
      kind: "delivered",
      status: 202,
      response: 'dlv_1 {"title":"Salesforce succeeded","urgent":false}',
    });
  });
});
