import type { OutcomeKind } from "@syncbell/core";
import type { PresetName } from "../presets/presets.ts";

/** A status, a body (as JSON unless it is a text), and what the two mean. */
export type ServiceAnswer = readonly [status: number, body: unknown, meaning: Meaning];

interface Meaning {
  readonly kind: OutcomeKind;
  readonly reason?: string;
  readonly receipt?: string;
  /** In milliseconds, where the request is answered with a `Retry-After` of seven seconds. */
  readonly afterMs?: number;
}

/**
 * How the services answer: from their pages, read in November 2026. First of each stands the answer
 * to a message that it has taken.
 */
export const SERVICE_ANSWERS: Readonly<
  Record<PresetName, readonly [taken: ServiceAnswer, ...ServiceAnswer[]]>
> = {
  discord: [
    [200, { id: "123", content: "" }, { kind: "delivered", receipt: "123" }],
    [204, "", { kind: "delivered" }],
    [200, "<html>Sign in</html>", { kind: "retry" }],
    [400, { code: 50_035, message: "Invalid Form Body" }, { kind: "rejected" }],
    [401, { code: 50_027, message: "Invalid Webhook Token" }, { kind: "unauthorized" }],
    [
      404,
      { code: 10_015, message: "Unknown Webhook" },
      { kind: "gone", reason: "Discord: Unknown Webhook" },
    ],
    [404, { code: 0, message: "404: Not Found" }, { kind: "unauthorized" }],
    [
      429,
      { message: "You are being rate limited.", retry_after: 0.65, global: false },
      { kind: "retry", afterMs: 650, reason: "Discord: You are being rate limited." },
    ],
    [429, "", { kind: "retry", afterMs: 7_000 }],
    [500, "", { kind: "retry" }],
  ],
  "google-chat": [
    [200, { name: "spaces/A/messages/B" }, { kind: "delivered", receipt: "spaces/A/messages/B" }],
    [200, {}, { kind: "retry", reason: "answered 200 without Google Chat's word" }],
    [400, { error: { code: 400, status: "INVALID_ARGUMENT" } }, { kind: "rejected" }],
    [401, { error: { code: 401, status: "UNAUTHENTICATED" } }, { kind: "unauthorized" }],
    [404, { error: { code: 404, status: "NOT_FOUND" } }, { kind: "unauthorized" }],
    [
      429,
      { error: { code: 429, status: "RESOURCE_EXHAUSTED" } },
      { kind: "retry", afterMs: 7_000 },
    ],
    [503, "", { kind: "retry" }],
  ],
  mattermost: [
    [200, "ok", { kind: "delivered" }],
    [200, "<html></html>", { kind: "retry" }],
    [
      400,
      {
        id: "web.incoming_webhook.invalid.app_error",
        message: "Invalid webhook.",
        status_code: 400,
      },
      { kind: "gone", reason: "Mattermost: Invalid webhook." },
    ],
    [400, { id: "web.incoming_webhook.parse.app_error", message: "x" }, { kind: "rejected" }],
    [
      501,
      { id: "web.incoming_webhook.disabled.app_error", message: "x" },
      { kind: "unauthorized" },
    ],
    [403, { id: "web.incoming_webhook.channel_locked.app_error" }, { kind: "unauthorized" }],
    [400, { id: "constructor" }, { kind: "rejected" }],
    [502, "", { kind: "retry" }],
  ],
  telegram: [
    [200, { ok: true, result: { message_id: 42 } }, { kind: "delivered", receipt: "42" }],
    [200, { ok: true }, { kind: "delivered" }],
    [200, { ok: false }, { kind: "retry" }],
    [502, { ok: true }, { kind: "retry" }],
    [500, { ok: false, description: "chat not found" }, { kind: "retry" }],
    [200, "true", { kind: "retry" }],
    [400, { ok: false, description: "Bad Request: chat not found" }, { kind: "gone" }],
    [400, { ok: false, description: "Bad Request: message text is empty" }, { kind: "rejected" }],
    [
      400,
      { ok: false, description: "upgraded", parameters: { migrate_to_chat_id: -1001 } },
      { kind: "rejected", reason: "Telegram: the chat has moved, its chat_id is now -1001" },
    ],
    [401, { ok: false, description: "Unauthorized" }, { kind: "unauthorized" }],
    [
      403,
      { ok: false, description: "Forbidden: bot was kicked from the group chat" },
      { kind: "gone" },
    ],
    [403, { ok: false, description: "Forbidden: not enough rights" }, { kind: "unauthorized" }],
    [404, { ok: false, description: "Not Found" }, { kind: "unauthorized" }],
    [
      429,
      {
        ok: false,
        description: "Too Many Requests: retry after 31",
        parameters: { retry_after: 31 },
      },
      { kind: "retry", afterMs: 31_000 },
    ],
  ],
  pagerduty: [
    [
      202,
      { status: "success", message: "Event processed", dedup_key: "syncbell-1" },
      { kind: "delivered", receipt: "syncbell-1" },
    ],
    [202, { status: "success", message: "Change event processed" }, { kind: "delivered" }],
    [202, "", { kind: "retry" }],
    [
      400,
      {
        status: "invalid event",
        message: "Event object is invalid",
        errors: ["'summary' is missing"],
      },
      { kind: "rejected" },
    ],
    [
      400,
      { status: "invalid event", message: "x", errors: ["Length of 'routing_key' is incorrect"] },
      { kind: "unauthorized", reason: "PagerDuty: x; Length of 'routing_key' is incorrect" },
    ],
    [429, "", { kind: "retry", afterMs: 7_000 }],
    [500, "", { kind: "retry" }],
  ],
  opsgenie: [
    [202, { result: "Request will be processed", took: 0.3, requestId: "r" }, { kind: "accepted" }],
    [202, "", { kind: "retry" }],
    [401, { message: "Could not authenticate" }, { kind: "unauthorized" }],
    [422, { message: "Request body is not processable" }, { kind: "rejected" }],
    [429, { message: "You are making too many requests!" }, { kind: "retry", afterMs: 7_000 }],
    [503, "", { kind: "retry" }],
  ],
  ntfy: [
    [200, { id: "abc", event: "message", topic: "t" }, { kind: "delivered", receipt: "abc" }],
    [200, "<html></html>", { kind: "retry" }],
    [400, { code: 40_001, http: 400, error: "invalid request" }, { kind: "rejected" }],
    [403, { code: 40_301, http: 403, error: "forbidden" }, { kind: "unauthorized" }],
    [413, { code: 41_301, http: 413, error: "too large" }, { kind: "rejected" }],
    [
      429,
      { code: 42_901, http: 429, error: "limit reached: too many requests" },
      { kind: "retry", afterMs: 7_000, reason: "ntfy: limit reached: too many requests" },
    ],
    [507, "", { kind: "retry" }],
  ],
};

/** The body of an answer as it is sent. */
export function bodyText(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}
