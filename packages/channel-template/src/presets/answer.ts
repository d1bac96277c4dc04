import { type HttpResponse, type HttpResult, type Outcome, outcomeOf } from "@syncbell/core";

/** A JSON object that a service answered with; empty where it answered with something else. */
export type Said = Readonly<Record<string, unknown>>;

/** What a service's own word means for us. */
export type Verdict =
  | { readonly kind: "delivered"; readonly receipt?: string }
  | { readonly kind: "accepted" }
  | {
      readonly kind: "retry" | "rejected" | "gone" | "unauthorized";
      readonly word: string;
      readonly afterMs?: number | undefined;
    };

/**
 * Reads an answer by a service's own words. `read` answers undefined where the service says nothing
 * that it knows; then the status counts, but a 2xx alone does not say that the service has the
 * message.
 */
export function outcomeByWords(
  service: string,
  result: HttpResult,
  read: (said: Said, response: HttpResponse) => Verdict | undefined,
): Outcome {
  const plain = outcomeOf(result);
  if (result.kind === "failure") return plain;
  const { status, body: response } = result;
  const verdict = read(objectIn(response), result);
  if (verdict === undefined) {
    if (plain.kind !== "delivered" || !result.complete) return plain;
    return {
      kind: "retry",
      reason: `answered ${status} without ${service}'s word`,
      status,
      response,
    };
  }
  if (!("word" in verdict)) return { ...verdict, status, response };
  const { kind, word, afterMs } = verdict;
  const reason = `${service}: ${word}`;
  const wait = afterMs ?? ("afterMs" in plain ? plain.afterMs : undefined);
  if (kind !== "retry") return { kind, reason, status, response };
  return { kind, reason, ...(wait === undefined ? {} : { afterMs: wait }), status, response };
}

function objectIn(body: string): Said {
  try {
    const said: unknown = JSON.parse(body);
    return isObject(said) ? said : {};
  } catch {
    return {};
  }
}

export function isObject(value: unknown): value is Said {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that a service said, or an empty one. */
export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Seconds that a service said, as milliseconds; undefined where it said no length of time. */
export function millisecondsIn(seconds: unknown): number | undefined {
  return typeof seconds === "number" && seconds > 0 ? Math.ceil(seconds * 1000) : undefined;
}
