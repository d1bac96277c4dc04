import type { DigestEvent } from "@syncbell/core";
import type { Decision } from "../../decision.ts";
import type { ClaimedDelivery } from "../delivery-records.ts";
import type { DigestEntry, DigestPart } from "../digest-records.ts";
import type { NewEvent } from "../event-records.ts";
import type { Store } from "../store.ts";
import { type EventChanges, START, claim, newDelivery, newEvent } from "./new-events.ts";

/** When the digests of tests close, which open at their beginning. */
export const CLOSES: number = START + 600_000;

export interface PartChanges extends Partial<Omit<DigestEntry, "said">> {
  readonly destinationId?: string;
  /** When the digest closes that it opens. */
  readonly closesAt?: number;
  readonly expiresAt?: number;
  readonly failureOf?: string;
  /** The task that it is about, and the tenant's name. */
  readonly task?: string;
  readonly tenant?: string;
  readonly said?: Partial<DigestEntry["said"]>;
}

/** A part of a digest: a failure of `task-1` unless a test says otherwise. */
export function newPart(changes: PartChanges = {}): DigestPart {
  const { destinationId = "ops", closesAt = CLOSES, expiresAt, failureOf, ...rest } = changes;
  const { task = "task-1", tenant = "Test Tenant", said, ...entry } = rest;
  return {
    destinationId,
    open: { ...newDelivery(destinationId, closesAt), expiresAt },
    entry: {
      key: `run ${task}`,
      tenantId: "tenant-1",
      taskId: task,
      outcome: "failed",
      isStale: false,
      ...entry,
      said: { tenant, name: task, status: "Failed", sync_id: null, stopped_at: null, ...said },
    },
    ...(failureOf === undefined ? {} : { failureOf }),
  };
}

/** A notice as a part of a digest: it is about no run. */
export function newNotice(name: string, changes: PartChanges = {}): DigestPart {
  const said = { tenant: null, name, status: "failing" };
  const part = newPart({ key: `notice ${name}`, outcome: "other", ...changes, said });
  return { ...part, entry: { ...part.entry, taskId: undefined } };
}

/** An event that is a part of digests, and nothing else. */
export function newDigested(parts: readonly DigestPart[], changes: EventChanges = {}): NewEvent {
  const decisions = parts.map(({ destinationId }): Decision => ({
    destinationId,
    decision: "digested",
    reason: "part of a digest",
    unevaluable: false,
  }));
  return newEvent({ deliveries: [], decisions, digested: parts, ...changes });
}

/** Accepts an event for each part; answers the digest that each is in. */
export async function acceptParts(
  store: Store,
  parts: readonly DigestPart[],
  receivedAt: number = START,
): Promise<readonly (string | undefined)[]> {
  const results = await store.accept(parts.map((part) => newDigested([part], { receivedAt })));
  return results.map((one) => (one.kind === "accepted" ? one.deliveries[0]?.id : undefined));
}

/** The digest that is being sent, out of the event that it is sent as. */
export function digestIn({ event }: ClaimedDelivery): DigestEvent {
  return JSON.parse(String(event.body)) as DigestEvent;
}

export interface DigestClaim {
  readonly destinationId?: string;
  readonly now?: number;
}

/** Claims the digest that a destination is owed. */
export async function claimDigest(
  store: Store,
  { destinationId = "ops", now = CLOSES }: DigestClaim = {},
): Promise<ClaimedDelivery> {
  const claimed = await claim(store, destinationId, { now, leaseUntil: now + 20_000 });
  const [digest] = claimed;
  if (!digest || claimed.length > 1) throw new Error(`${claimed.length} deliveries were claimed`);
  return digest;
}
