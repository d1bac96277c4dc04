import {
  type Connection,
  type Host,
  type HttpResponse,
  type HttpResult,
  type Outcome,
  outcomeOf,
  outcomeOfResponse,
  redactor,
} from "@syncbell/core";
import { errorWord } from "./answer-body.ts";
import { type WorkflowConfig, isKnownWorkflowHost } from "./config.ts";
import type { TeamsMessage } from "./message.ts";

/** Opens a workflow: a message is posted to its URL, whose query is the secret. */
export function openWorkflow({ url }: WorkflowConfig, host: Host): Connection<TeamsMessage> {
  if (!isKnownWorkflowHost(url)) {
    host.log.warn("the URL is not on a host that Teams workflows are known to be on: is it right?");
  }
  const { href, search, searchParams } = new URL(url);
  const redact = redactor([url, href, search, ...searchParams.values()]);
  return {
    async send(message, { signal }) {
      const result = await host.http.request({
        url,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(message),
        signal,
      });
      const outcome = workflowOutcome(result);
      // An error page may quote the address that was asked for.
      return "response" in outcome
        ? { ...outcome, response: redact(outcome.response ?? "") }
        : outcome;
    },
  };
}

/** What Power Automate's words say of the flow. From its own answers, as reported up to August 2026. */
function verdictOn(word: string, body: string): "gone" | "unauthorized" | undefined {
  if (word === "WorkflowNotFound") return "gone";
  if (word !== "WorkflowTriggerIsNotEnabled") return undefined;
  // The same word, with a 400, for a flow that was deleted and for one that is turned off.
  return body.includes("'Deleted'") ? "gone" : "unauthorized";
}

/** Reads a workflow's answer: 202 says that the flow was started, not that anything was posted. */
function workflowOutcome(result: HttpResult): Outcome {
  const plain = outcomeOf(result);
  if (result.kind === "failure") return plain;
  const { status, body: response } = result;
  if (plain.kind === "delivered") {
    return innerError(result) ?? (status === 202 ? { kind: "accepted", status, response } : plain);
  }
  const word = errorWord(response);
  if (word === undefined) return plain;
  const reason = `Power Automate: ${word}`;
  const verdict = verdictOn(word, response);
  if (verdict) return { kind: verdict, reason, status, response };
  return "reason" in plain ? { ...plain, reason } : plain;
}

/** Behind some 2xx stands a failure of the step that posts, told in words, or a page to sign in at. */
function innerError(result: HttpResponse): Outcome | undefined {
  const { status, body: response } = result;
  const inner = /\bHTTP error (4\d\d|5\d\d)\b/i.exec(response)?.[1];
  if (inner === "413") {
    return { kind: "rejected", reason: "Teams: the message is too large", status, response };
  }
  if (inner !== undefined) {
    return { ...outcomeOfResponse({ ...result, status: Number(inner) }), status };
  }
  if (!/^text\/html\b/i.test(result.headers["content-type"] ?? "")) return undefined;
  return { kind: "retry", reason: `answered ${status} with a web page`, status, response };
}
