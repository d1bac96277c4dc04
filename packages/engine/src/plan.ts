import type { Event } from "@syncbell/core";
import type { Decision } from "./decision.ts";
import type { Subscription } from "./destination.ts";
import { digestEntry } from "./digest.ts";
import type { MakeId } from "./ids.ts";
import type { RunIncident } from "./incident.ts";
import type { Verdict } from "./match.ts";
import { mutedUntil } from "./mute.ts";
import type { NewDelivery } from "./store/delivery-records.ts";
import type { Outdated } from "./store/pipeline-records.ts";
import type { DigestEntry, DigestPart } from "./store/digest-records.ts";

/** How long a recovery waits at most for what comes of the failure that is being sent. */
const LONGEST_WAIT_MS = 20_000;

/** What is planned for. */
export interface PlanOptions {
  readonly event: Event;
  readonly incident?: RunIncident | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly makeId: MakeId;
}

/** What decisions come to: a message each, or a place in one. */
export interface Plan {
  readonly decisions: readonly Decision[];
  readonly deliveries: readonly NewDelivery[];
  readonly digested: readonly DigestPart[];
  /** Failures that are not worth telling any more, as far as they wait. */
  readonly outdated: readonly Outdated[];
}

/** A decision, and when the message that it comes to is due, in milliseconds since the epoch. */
export interface TimedDecision extends Decision {
  /** Absent: there is no message. */
  readonly dueAt?: number;
}

/** The decisions of a plan with the times of their messages. */
export function timed({ decisions, deliveries, digested }: Plan): readonly TimedDecision[] {
  const times = new Map([
    ...deliveries.map((one) => [one.destinationId, one.dueAt] as const),
    ...digested.map(({ destinationId, open }) => [destinationId, open.dueAt] as const),
  ]);
  return decisions.map((one) => {
    const dueAt = times.get(one.destinationId);
    return dueAt === undefined ? one : { ...one, dueAt };
  });
}

/**
 * When what is to be delivered is due: at once, at the end of the muted hours, or with a digest. What is
 * not worth delivering by then, or falls into hours that drop it, gets another decision. Pure.
 */
export function plan(
  verdicts: readonly Verdict[],
  destinations: Iterable<Subscription>,
  options: PlanOptions,
): Plan {
  const known = new Map([...destinations].map((one) => [one.id, one]));
  const decisions: Decision[] = [];
  const deliveries: NewDelivery[] = [];
  const digested: DigestPart[] = [];
  const outdated: Outdated[] = [];
  // The same for all destinations: made once, and only where one has a digest.
  let made: DigestEntry | undefined;
  const entry = (): DigestEntry => (made ??= digestEntry(options.event, options.incident));
  for (const verdict of verdicts) {
    const destination = known.get(verdict.destinationId);
    if (verdict.decision !== "deliver" || !destination) {
      decisions.push(verdict);
      continue;
    }
    const { part, ...decision } = verdict;
    const planned = planOne(destination, part, entry, options);
    if (planned.delivery) deliveries.push(planned.delivery);
    if (planned.digested) digested.push(planned.digested);
    if (planned.outdated) outdated.push(planned.outdated);
    const { word = "deliver", why } = planned;
    const reason = why === undefined ? decision.reason : `${why}; ${decision.reason}`;
    decisions.push({ ...decision, decision: word, reason });
  }
  return { decisions, deliveries, digested, outdated };
}

interface PlannedOne {
  readonly delivery?: NewDelivery;
  readonly digested?: DigestPart;
  readonly outdated?: Outdated;
  /** The decision, where it is another than to deliver by itself, and why. */
  readonly word?: Decision["decision"];
  readonly why?: string;
}

function planOne(
  destination: Subscription,
  part: Verdict["part"],
  entry: () => DigestEntry,
  { incident, now, makeId }: PlanOptions,
): PlannedOne {
  const { mute, digest } = destination;
  const until = mute && mutedUntil(mute, now);
  if (until !== undefined && mute?.drops) {
    const why = `muted until ${sayTime(until)}, and dropped`;
    // Nobody is told at the end of the hours of a failure that is over by then.
    return part === "with" && incident?.id !== undefined
      ? { word: "muted", why, outdated: { destinationId: destination.id, incidentId: incident.id } }
      : { word: "muted", why };
  }
  if (digest && incident?.transition === "repeated") {
    return { word: "filtered", why: "a digest counts the end of a run once" };
  }
  if (digest) {
    const closes = afterMute(destination, now + digest.windowMs);
    const open = newDelivery(destination, now, makeId, { dueAt: closes, from: closes });
    const failureOf = part === "failure" ? incident?.id : undefined;
    return {
      word: "digested",
      why: "part of the digest that is open, or that it opens",
      digested: {
        destinationId: destination.id,
        open,
        entry: entry(),
        ...(failureOf === undefined ? {} : { failureOf }),
      },
    };
  }
  const dueAt = part === "after" ? Math.max(until ?? 0, now + LONGEST_WAIT_MS) : until;
  const plain = newDelivery(destination, now, makeId, { dueAt: dueAt ?? now });
  if (plain.expiresAt !== undefined && (until ?? now) >= plain.expiresAt) {
    return { word: "expired", why: "not worth delivering when its muted hours end" };
  }
  const why = until === undefined ? undefined : `muted, and held until ${sayTime(until)}`;
  return {
    delivery: { ...plain, ...partOf(part, incident) },
    ...(why === undefined ? {} : { why }),
  };
}

/** A moment, or the end of the muted hours that it falls into. */
function afterMute({ mute }: Subscription, at: number): number {
  return (mute && mutedUntil(mute, at)) ?? at;
}

function partOf(
  part: Verdict["part"],
  incident: RunIncident | undefined,
): Pick<NewDelivery, "failureOf" | "tellsOf" | "waitsFor"> {
  const id = incident?.id;
  if (part === undefined || id === undefined) return {};
  if (part === "failure") return { failureOf: id };
  return part === "with" ? { tellsOf: id } : { waitsFor: id };
}

/** When a delivery is due, if not at once, and from when on the time counts in which it is worth making. */
interface Due {
  readonly dueAt?: number;
  readonly from?: number;
}

/** One more delivery to a destination. */
export function newDelivery(
  { id: destinationId, expireMs }: Pick<Subscription, "id" | "expireMs">,
  now: number,
  makeId: MakeId,
  { dueAt = now, from = now }: Due = {},
): NewDelivery {
  const expiresAt = expireMs === undefined ? undefined : from + expireMs;
  return { id: makeId("dlv", now), destinationId, dueAt, expiresAt };
}

/** When a message to a destination is no longer worth delivering. */
export function expiryOf(
  destination: Pick<Subscription, "expireMs"> | undefined,
  now: number,
): number | undefined {
  return destination?.expireMs === undefined ? undefined : now + destination.expireMs;
}

function sayTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/:\d\d\.\d+Z$/, "Z");
}
