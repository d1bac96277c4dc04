import type { HttpResponse, HttpResult } from "./http.ts";

/** What is kept of the answer behind an outcome; the engine cleans, masks and shortens it. */
export interface Answer {
  /** The HTTP status, where one was read. */
  readonly status?: number;
  /** The body of the answer, or the part of it that was read. */
  readonly response?: string;
}

/**
 * How an attempt ended. Each kind has one consequence:
 * - `delivered`: the service confirmed it has the message.
 * - `accepted`: the service took the message and will not say what became of it.
 * - `retry`: not now; tried again on the schedule, or after `afterMs` if that is later.
 * - `rejected`: this message will never be taken; the delivery fails, the destination stays.
 * - `gone`: the destination no longer exists.
 * - `unauthorized`: the service does not let us in; tried again on the slow part of the schedule.
 * A `reason` is one sentence for an operator, without secrets; so is a `note`, which says what is
 * worth knowing of a message that did arrive.
 */
export type Outcome = Answer &
  (
    | { readonly kind: "delivered"; readonly receipt?: string; readonly note?: string }
    | { readonly kind: "accepted"; readonly note?: string }
    | { readonly kind: "retry"; readonly reason: string; readonly afterMs?: number }
    | { readonly kind: "rejected"; readonly reason: string }
    | { readonly kind: "gone"; readonly reason: string }
    | { readonly kind: "unauthorized"; readonly reason: string }
  );

export type OutcomeKind = Outcome["kind"];

/** Reads what came of a request. A channel looks here after its service's own words. */
export function outcomeOf(result: HttpResult): Outcome {
  if (result.kind === "response") return outcomeOfResponse(result);
  const status = result.status === undefined ? {} : { status: result.status };
  return { kind: "retry", reason: result.reason, ...status };
}

const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);
const NOT_ALLOWED: ReadonlySet<number> = new Set([401, 403, 404]);

/** The one reading of HTTP statuses: RFC 9110 and Standard Webhooks say what each asks for. */
export function outcomeOfResponse(response: HttpResponse): Outcome {
  const { status, body } = response;
  const answer = { status, response: body };
  const reason = `answered ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered", ...answer };
  if (status === 410) return { kind: "gone", reason, ...answer };
  if (NOT_ALLOWED.has(status)) return { kind: "unauthorized", reason, ...answer };
  if (status >= 300 && status < 400) {
    return { kind: "rejected", reason: `${reason}: redirects are not followed`, ...answer };
  }
  if (status >= 400 && status < 500 && !TRANSIENT.has(status)) {
    return { kind: "rejected", reason, ...answer };
  }
  const afterMs = retryAfterMs(response.headers["retry-after"], response.receivedAt);
  return { kind: "retry", reason, ...(afterMs === undefined ? {} : { afterMs }), ...answer };
}

/** The three forms of an HTTP date (RFC 9110, 5.6.7); the last, without a comma, is always in UTC. */
const HTTP_DATE =
  /^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -](?:\d\d){1,2} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$|^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3), as seconds (decimals are taken) or as an HTTP date,
 * into milliseconds from `now`. Answers undefined for what is absent, past, negative or not readable.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return Math.ceil(Number(text) * 1000) || undefined;
  if (!HTTP_DATE.test(text)) return undefined;
  const ahead = Date.parse(text.includes(",") ? text : `${text} GMT`) - now;
  return ahead > 0 ? ahead : undefined;
}
