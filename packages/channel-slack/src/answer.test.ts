import { type Receiver, startReceiver } from "@syncbell/channel-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deliverTo } from "./testing/delivery.ts";

let receiver: Receiver;
beforeAll(async () => void (receiver = await startReceiver()));
afterAll(() => receiver.close());

/** From Slack's pages: the status that each word comes with, and what the word means for us. */
const words = [
  [400, "invalid_payload", "rejected"],
  [400, "no_text", "rejected"],
  [400, "too_many_attachments", "rejected"],
  [400, "invalid_blocks", "rejected"],
  [400, "invalid_attachments", "rejected"],
  [400, "msg_too_long", "rejected"],
  [400, "msg_blocks_too_long", "rejected"],
  [400, "user_not_found", "rejected"],
  [403, "action_prohibited", "unauthorized"],
  [403, "posting_to_general_channel_denied", "unauthorized"],
  [403, "team_disabled", "unauthorized"],
  [403, "invalid_token", "unauthorized"],
  [404, "no_service", "gone"],
  [404, "no_service_id", "gone"],
  [404, "no_active_hooks", "gone"],
  [404, "no_team", "gone"],
  [404, "channel_not_found", "gone"],
  [410, "channel_is_archived", "gone"],
  [429, "rate_limited", "retry"],
  [429, "ratelimited", "retry"],
  [500, "rollup_error", "retry"],
] as const;

test.each(words)(
  "%i %s says %s, and says it with a status of 200 too",
  async (status, word, kind) => {
    for (const each of [status, 200]) {
      receiver.answer = (response) => void response.writeHead(each).end(`${word}\n`);
      expect(await deliverTo(receiver.url)).toEqual({
        kind,
        reason: `Slack: ${word}`,
        status: each,
        response: `${word}\n`,
      });
    }
  },
);

test.each([
  [200, "ok", "delivered"],
  [200, " ok\n", "delivered"],
  [200, "", "retry"],
  [200, "OK", "retry"],
  [200, "<html>Sign in</html>", "retry"],
  [200, "some_new_word", "retry"],
  [200, "constructor", "retry"],
  [204, "", "retry"],
  [400, "some_new_word", "rejected"],
  [403, "some_new_word", "unauthorized"],
  [404, "ok", "unauthorized"],
  [410, "<html>Gone</html>", "gone"],
  [408, "", "retry"],
  [502, "<html>Bad gateway</html>", "retry"],
  [503, "ok", "retry"],
] as const)("%i with %j says %s", async (status, body, kind) => {
  receiver.answer = (response) => void response.writeHead(status).end(body);
  expect(await deliverTo(receiver.url)).toMatchObject({ kind, status, response: body });
});

test.each([
  [429, "rate_limited", "30", 30_000],
  [429, "<html>Slow down</html>", "1", 1000],
  [200, "rate_limited", "5", 5000],
  [503, "", "120", 120_000],
])("%i with %j waits for Retry-After: %s", async (status, body, retryAfter, afterMs) => {
  const headers = { "retry-after": retryAfter };
  receiver.answer = (response) => void response.writeHead(status, headers).end(body);
  expect(await deliverTo(receiver.url)).toMatchObject({ kind: "retry", status, afterMs });
});
