import type { Outcome, OutcomeKind } from "@syncbell/core";

const KINDS: Readonly<Record<OutcomeKind, true>> = {
  delivered: true,
  accepted: true,
  retry: true,
  rejected: true,
  gone: true,
  unauthorized: true,
};

/** How much of a text is looked at, in UTF-16 units: far more than is kept of it. */
const LONGEST_TEXT = 64 * 1024;

/**
 * Reads what a channel answered. A channel may be written without types: what is not as it should be
 * is left out, so that it can be recorded whatever it is. Answers undefined for what is no outcome.
 */
export function readOutcome(answered: unknown): Outcome | undefined {
  if (typeof answered !== "object" || answered === null) return undefined;
  const { kind, status, response, reason, note, afterMs } = answered as Readonly<
    Record<string, unknown>
  >;
  if (!isKind(kind)) return undefined;
  const answer = {
    ...(typeof status === "number" && Number.isInteger(status) ? { status } : {}),
    ...(typeof response === "string" ? { response: start(response) } : {}),
  };
  if (kind === "delivered" || kind === "accepted") {
    return { kind, ...answer, ...(typeof note === "string" ? { note: start(note) } : {}) };
  }
  const why = typeof reason === "string" ? start(reason) : "no reason was given";
  if (kind !== "retry") return { kind, reason: why, ...answer };
  const wait = typeof afterMs === "number" && afterMs > 0 ? { afterMs: Math.ceil(afterMs) } : {};
  return { kind, reason: why, ...wait, ...answer };
}

function isKind(kind: unknown): kind is OutcomeKind {
  return typeof kind === "string" && Object.hasOwn(KINDS, kind);
}

function start(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}
