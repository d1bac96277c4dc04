import { type HttpResult, type Outcome, outcomeOf, retryAfterMs } from "@syncbell/core";
import { z } from "zod";
import { errorWord, parseJson } from "./answer-body.ts";

/** Words that say that the bot has no such conversation any more, or is not wanted in it. */
const GONE: ReadonlySet<string> = new Set([
  "ConversationNotFound",
  "BotNotInConversationRoster",
  "MessageWritesBlocked",
  "ConversationBlockedByUser",
]);

const RECEIPT = z.object({ id: z.string().min(1) });

/**
 * Reads the answer of the Bot Connector: its word for a 403 or 404, else the status. From Microsoft's
 * page on messages in bot conversations, read in November 2026.
 */
export function connectorOutcome(result: HttpResult): Outcome {
  const plain = outcomeOf(result);
  if (result.kind === "failure") return plain;
  const { status, body, headers, receivedAt } = result;
  if (plain.kind === "delivered") {
    const receipt = RECEIPT.safeParse(parseJson(body)).data?.id;
    return { ...plain, ...(receipt === undefined ? {} : { receipt }) };
  }
  const word = errorWord(body);
  const reason = word === undefined ? `answered ${status}` : `Bot Connector: ${word}`;
  const answer = { reason, status, response: body };
  if ((status === 403 || status === 404) && GONE.has(word ?? ""))
    return { kind: "gone", ...answer };
  if (status !== 412) return { ...plain, ...(word === undefined ? {} : { reason }) };
  // Two posts to one conversation at once: Microsoft asks to try again.
  const afterMs = retryAfterMs(headers["retry-after"], receivedAt);
  return { kind: "retry", ...answer, ...(afterMs === undefined ? {} : { afterMs }) };
}
