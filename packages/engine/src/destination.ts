import type { AnyChannel, Pace, Transition } from "@syncbell/core";
import type { Mute } from "./mute.ts";
import type { Query } from "./query.ts";
import type { Repeat } from "./tell.ts";

/** What a destination wants to hear of, and when: all that decisions go by. */
export interface Subscription {
  readonly id: string;
  /** Only events of the tenant with this id are in its reach. Absent: every tenant's. */
  readonly tenant?: string;
  /** Which events it hears of. Absent: every `post_sync`. */
  readonly when?: Query;
  /** Which changes of a pipeline it hears of. Absent: every event that its rule picks. */
  readonly notify?: readonly Transition[];
  /** How often it hears that a pipeline is still failing. Absent: as `notify` says. */
  readonly repeat?: Repeat;
  /** Gathers what it is to hear of for as long, in milliseconds, into one message. */
  readonly digest?: { readonly windowMs: number };
  /** When it is not told of anything. */
  readonly mute?: Mute;
  /** How long after an event a message is still worth delivering, in milliseconds. */
  readonly expireMs?: number;
  /** The id of the destination that hears when this one fails or is disabled. */
  readonly fallback?: string;
}

/** One configured target, ready to be decided for and delivered to. */
export interface Destination extends Subscription {
  readonly channel: AnyChannel;
  /** What the channel's own schema made of the destination's config. */
  readonly config: unknown;
  /** How fast it may be sent to, in place of what its channel says. */
  readonly pace?: Pace;
  /** What else was configured, as it was written: shown, not acted on. */
  readonly written?: Readonly<Record<string, unknown>>;
}

/**
 * How fast a destination may be sent to; undefined where no limit is known. A channel that states
 * something else than a pace states none: it must not hold up anybody.
 */
export function paceOf({ pace, channel, config }: Destination): Pace | undefined {
  if (pace) return pace;
  const { pace: stated } = channel.limits;
  if (typeof stated !== "function") return stated;
  try {
    const answered: unknown = stated(config);
    return isPace(answered) ? answered : undefined;
  } catch {
    return undefined;
  }
}

function isPace(answered: unknown): answered is Pace {
  if (typeof answered !== "object" || answered === null) return false;
  const { perSecond, burst } = answered as Partial<Pace>;
  return isPositive(perSecond) && isPositive(burst);
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}
