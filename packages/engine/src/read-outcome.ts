import type { Outcome, OutcomeKind } from "@syncbell/core";

const KINDS: Readonly<Record<OutcomeKind, true>> = {
  delivered: true,
  accepted: true,
  retry: true,
  rejected: true,
  gone: true,
  unauthorized: true,
};

/**
 * Reads what a channel answered. A channel may be written without types: what is not as it should be
 * is left out, so that it can be recorded whatever it is. Answers undefined for what is no outcome.
 */
export function readOutcome(answered: unknown): Outcome | undefined {
  if (typeof answered !== "object" || answered === null) return undefined;
  const { kind, status, response, reason, receipt, note, afterMs } = answered as Readonly<
    Record<string, unknown>
  >;
  if (!isKind(kind)) return undefined;
  const answer = {
    ...(isStatus(status) ? { status } : {}),
    ...(typeof response === "string" ? { response } : {}),
  };
  const known = { ...answer, ...(typeof note === "string" ? { note } : {}) };
  if (kind === "accepted") return { kind, ...known };
  if (kind === "delivered") {
    return { kind, ...known, ...(typeof receipt === "string" ? { receipt } : {}) };
  }
  const why = typeof reason === "string" ? reason : "no reason was given";
  if (kind !== "retry") return { kind, reason: why, ...answer };
  const wait = typeof afterMs === "number" && afterMs > 0 ? { afterMs: Math.ceil(afterMs) } : {};
  return { kind, reason: why, ...wait, ...answer };
}

function isKind(kind: unknown): kind is OutcomeKind {
  return typeof kind === "string" && Object.hasOwn(KINDS, kind);
}

function isStatus(status: unknown): status is number {
  return typeof status === "number" && Number.isInteger(status) && status > 0 && status < 1000;
}
