import type { AnyChannel } from "@syncbell/core";
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
}
