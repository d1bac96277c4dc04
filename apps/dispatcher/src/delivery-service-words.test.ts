import { expect, test } from "vitest";
import {
  type ExpectedEnd,
  accepted,
  delivered,
  gone,
  rejected,
  retried,
  unauthorized,
} from "./testing/expected-end.ts";
import { startReceiver } from "./testing/receiver.ts";
import { SECRET_PART, type Target, tellOnce } from "./testing/told-once.ts";

const hooked = (channel: string) => (url: string) => ({
  channel,
  config: { url: url + SECRET_PART },
});
const preset = (name: string, fields: object) => (url: string) => ({
  channel: "template",
  config: { preset: name, url, ...fields },
});
const hookedPreset = (name: string) => (url: string) => preset(name, {})(url + SECRET_PART);

/** A destination at a URL, by the service that is there. */
const SERVICES: Readonly<Record<string, (url: string) => Target>> = {
  http: hooked("http"),
  slack: hooked("slack"),
  teams: (url) => ({ channel: "teams", config: { mode: "workflow", url: url + SECRET_PART } }),
  template: (url) => ({
    channel: "template",
    config: { url: url + SECRET_PART, template: { text: "a run has ended" } },
  }),
  discord: hookedPreset("discord"),
  google: hookedPreset("google-chat"),
  mattermost: hookedPreset("mattermost"),
  ntfy: preset("ntfy", { topic: "s3cret-topic", token: "s3cret-token" }),
  opsgenie: preset("opsgenie", { api_key: "s3cret-key" }),
  pagerduty: preset("pagerduty", { routing_key: "s3cret_key" }),
  telegram: preset("telegram", { token: "1:s3cret-token", chat_id: -100 }),
};

/** What a service answers, `{path}` being what it was asked for; and what comes of it. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  readonly end: ExpectedEnd;
}

const PAGE = { headers: { "content-type": "text/html" }, body: "<html>Sign in: {path}</html>" };
const unsaid = (service: string, status = 200): ExpectedEnd =>
  retried(`answered ${status} without ${service}'s word`, status);
const WITHOUT_OK = retried(`answered 200 without Slack's "ok"`, 200);

/** Answers by name, which begins with the service. The status is 200 unless there is another. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  "http-error": { body: { ok: false, error: "no: {path}" }, end: delivered() },
  "template-error": { body: { ok: false, error: "no: {path}" }, end: delivered() },

  "slack-ok": { body: "ok", end: delivered() },
  "slack-nothing": { end: WITHOUT_OK },
  "slack-a-page": { ...PAGE, end: WITHOUT_OK },
  "slack-an-unknown-word": { body: "no_such_luck", end: WITHOUT_OK },
  "slack-an-error-of-its-api": { body: { ok: false, error: "no_service" }, end: WITHOUT_OK },
  "slack-a-bad-message": {
    body: "invalid_payload",
    end: rejected(200, "Slack: invalid_payload"),
  },
  "slack-a-removed-hook": { body: "no_service", end: gone(200, "Slack: no_service") },
  "slack-a-bad-token": { body: "invalid_token", end: unauthorized(200, "Slack: invalid_token") },
  "slack-a-failure": { body: "rollup_error", end: retried("Slack: rollup_error", 200) },
  "slack-a-limit": {
    headers: { "retry-after": "7200" },
    body: "rate_limited",
    end: retried("Slack: rate_limited", 200, { next: "2 h" }),
  },

  "teams-nothing": { end: delivered() },
  "teams-started": { status: 202, end: accepted() },
  "teams-a-page": { ...PAGE, end: retried("answered 200 with a web page", 200) },
  "teams-inner-403": {
    body: "failed with HTTP error 403 at {path}",
    end: unauthorized(200, "answered 403"),
  },
  "teams-inner-410": { body: "failed with HTTP error 410", end: gone(200, "answered 410") },
  "teams-inner-413": {
    body: "failed with HTTP error 413",
    end: rejected(200, "Teams: the message is too large"),
  },
  "teams-inner-429": {
    headers: { "retry-after": "7200" },
    body: "failed with HTTP error 429",
    end: retried("answered 429", 200, { next: "2 h" }),
  },

  "discord-a-message": { body: { id: "1" }, end: delivered() },
  "discord-no-content": { status: 204, end: delivered(204) },
  "discord-a-page": { ...PAGE, end: unsaid("Discord") },
  "discord-a-bad-token": {
    body: { code: 50_027, message: "Invalid Webhook Token" },
    end: unauthorized(200, "Discord: Invalid Webhook Token"),
  },
  "discord-a-removed-hook": {
    body: { code: 10_015, message: "Unknown Webhook {path}" },
    end: gone(200, expect.stringMatching(/^Discord: Unknown Webhook \S*\*\*\*/)),
  },
  "discord-a-limit": {
    status: 429,
    body: { message: "Slow down", retry_after: 7200 },
    end: retried("Discord: Slow down", 429, { next: "2 h" }),
  },

  "google-a-message": { body: { name: "spaces/A/messages/B" }, end: delivered() },
  "google-an-error": {
    body: { error: { code: 403, message: "{path}" } },
    end: unsaid("Google Chat"),
  },

  "mattermost-ok": { body: "ok", end: delivered() },
  "mattermost-a-page": { ...PAGE, end: unsaid("Mattermost") },
  "mattermost-turned-off": {
    body: { id: "web.incoming_webhook.disabled.app_error", message: "Disabled" },
    end: unauthorized(200, "Mattermost: Disabled"),
  },
  "mattermost-a-removed-hook": {
    body: { id: "web.incoming_webhook.invalid.app_error", message: "Invalid" },
    end: gone(200, "Mattermost: Invalid"),
  },

  "ntfy-a-message": { body: { id: "1", event: "message" }, end: delivered() },
  "ntfy-an-error": { body: { code: 40_301, error: "forbidden" }, end: unsaid("ntfy") },

  "opsgenie-promised": { status: 202, body: { result: "Will be processed" }, end: accepted() },
  "opsgenie-nothing": { status: 202, end: unsaid("Opsgenie", 202) },

  "pagerduty-success": { status: 202, body: { status: "success" }, end: delivered(202) },
  "pagerduty-an-error": {
    status: 202,
    body: { status: "invalid event" },
    end: unsaid("PagerDuty", 202),
  },

  "telegram-ok": { body: { ok: true, result: { message_id: 1 } }, end: delivered() },
  "telegram-not-ok": { body: { ok: false }, end: unsaid("Telegram") },
  "telegram-an-error": {
    body: { ok: false, error_code: 400, description: "Bad Request: chat not found" },
    end: unsaid("Telegram"),
  },
  "telegram-a-limit": {
    body: { ok: false, description: "not {path}", parameters: { retry_after: 7200 } },
    end: retried(expect.stringMatching(/^Telegram: not \S*\/bot\*{3}\/sendMessage$/), 200, {
      next: "2 h",
    }),
  },
  "telegram-a-move": {
    body: { ok: false, parameters: { migrate_to_chat_id: -7 } },
    end: rejected(200, "Telegram: the chat has moved, its chat_id is now -7"),
  },
};

const serviceOf = (name: string): string => name.slice(0, name.indexOf("-"));

test("a 2xx is a delivery only where the service's own words say so", async () => {
  const receiver = await startReceiver((response, { path }) => {
    const { status = 200, headers, body = "" } = ANSWERS[path.split(/[/?]/)[1] ?? ""] ?? {};
    const said = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, headers).end(said.replace("{path}", path));
  });
  const targets = Object.keys(ANSWERS).map((name) => {
    const target = SERVICES[serviceOf(name)];
    if (!target) throw new Error(`no service is known for ${name}`);
    return [name, target(`${receiver.url}/${name}`)] as const;
  });
  const told = await tellOnce(Object.fromEntries(targets));
  expect(await told.firstEnds(Object.keys(ANSWERS))).toMatchObject(
    Object.fromEntries(Object.entries(ANSWERS).map(([name, { end }]) => [name, end])),
  );
});
