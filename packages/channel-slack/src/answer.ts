import { type HttpResult, type Outcome, outcomeOf, retryAfterMs } from "@syncbell/core";

/**
 * The words that Slack answers with, and what each says of the destination or the message.
 * From Slack's page on handling errors of incoming webhooks, read in November 2026.
 */
const WORDS: Readonly<Record<string, "gone" | "unauthorized" | "rejected" | "retry">> = {
  no_service: "gone",
  no_service_id: "gone",
  no_active_hooks: "gone",
  no_team: "gone",
  channel_not_found: "gone",
  channel_is_archived: "gone",
  team_disabled: "unauthorized",
  invalid_token: "unauthorized",
  action_prohibited: "unauthorized",
  posting_to_general_channel_denied: "unauthorized",
  invalid_payload: "rejected",
  no_text: "rejected",
  too_many_attachments: "rejected",
  invalid_blocks: "rejected",
  invalid_attachments: "rejected",
  msg_too_long: "rejected",
  msg_blocks_too_long: "rejected",
  user_not_found: "rejected",
  rate_limited: "retry",
  ratelimited: "retry",
  rollup_error: "retry",
};

/**
 * Reads Slack's answer: its own word first, the status second, since Slack has sent the same word
 * with different statuses, 200 among them. Success is the word `ok` and nothing else.
 */
export function slackOutcome(result: HttpResult): Outcome {
  const plain = outcomeOf(result);
  if (result.kind === "failure") return plain;
  const word = result.body.trim();
  const verdict = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  const answer = { status: result.status, response: result.body };
  if (verdict === "retry") {
    const afterMs = retryAfterMs(result.headers["retry-after"], result.receivedAt);
    const wait = afterMs === undefined ? {} : { afterMs };
    return { kind: "retry", reason: `Slack: ${word}`, ...wait, ...answer };
  }
  if (verdict) return { kind: verdict, reason: `Slack: ${word}`, ...answer };
  if (plain.kind !== "delivered" || word === "ok" || !result.complete) return plain;
  return { kind: "retry", reason: `answered ${result.status} without Slack's "ok"`, ...answer };
}
