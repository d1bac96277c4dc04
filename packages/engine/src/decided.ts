import type { Event } from "@syncbell/core";
import type { Subscription } from "./destination.ts";
import type { MakeId } from "./ids.ts";
import { type Situation, decide } from "./match.ts";
import { type Plan, plan } from "./plan.ts";

export interface DecidedOptions extends Situation {
  readonly makeId: MakeId;
}

/** Decides an event for every destination in its reach, and plans what that comes to. Pure. */
export function decided(
  event: Event,
  destinations: readonly Subscription[],
  { makeId, ...situation }: DecidedOptions,
): Plan {
  const { now, incident } = situation;
  const verdicts = decide(event, destinations, situation);
  return plan(verdicts, destinations, { event, incident, now, makeId });
}
