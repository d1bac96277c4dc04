import type { AnyChannel, Pace } from "@syncbell/core";
import type { Query } from "./query.ts";

/** One configured target, ready to be decided for and delivered to. */
export interface Destination {
  readonly id: string;
  readonly channel: AnyChannel;
  /** What the channel's own schema made of the destination's config. */
  readonly config: unknown;
  /** Only events of the tenant with this id are in its reach. Absent: every tenant's. */
  readonly tenant?: string;
  /** Which events it hears of. Absent: every `post_sync`. */
  readonly when?: Query;
  /** How long after an event a message is still worth delivering, in milliseconds. */
  readonly expireMs?: number;
  /** How fast it may be sent to, in place of what its channel says. */
  readonly pace?: Pace;
  /** The id of the destination that hears when this one fails or is disabled. */
  readonly fallback?: string;
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
