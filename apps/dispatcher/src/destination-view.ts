import { maskSecrets, secret } from "@syncbell/core";
import type { Standing, StoredDestination } from "@syncbell/engine";
import { z } from "zod";
import type { UnopenedDestination } from "./api-destinations.ts";

/** A destination as the API shows it: as it was written, secrets masked, and how it stands. */
export function destinationView(standing: Standing): DestinationView {
  const { id, destination } = standing;
  return {
    id,
    channel: destination.channel.type,
    config: maskSecrets(destination.channel.config, destination.config) as object,
    ...destination.written,
    ...standingView(standing),
  };
}

export interface DestinationView {
  readonly id: string;
  readonly config: object;
  readonly [field: string]: unknown;
}

/** Where nobody knows which of a config's texts are secrets, each of them may be one. */
const EVERYTHING = secret(z.unknown());

/** A destination that can't be opened as the API shows it: with what stands in the way. */
export function unopenedView({
  stored,
  definition,
  problem,
}: UnopenedDestination): DestinationView {
  const { channel = null, config = {}, ...written } = definition;
  return {
    id: stored.id,
    channel,
    config: maskSecrets(EVERYTHING, config) as object,
    ...written,
    ...standingView(stored),
    problem,
  };
}

function standingView(standing: Omit<StoredDestination, "definition">): object {
  const { state, health, source, createdAt, updatedAt, disabledAt } = standing;
  return {
    state,
    health: {
      status:
        state === "disabled" || (health.failing && health.failures > 0) ? "failing" : "healthy",
      failures: health.failures,
      failing_since: timeOrNull(health.failingSince),
      reason: health.reason ?? null,
      next_attempt_at: timeOrNull(health.holdUntil),
    },
    source,
    created_at: timeOrNull(createdAt),
    updated_at: timeOrNull(updatedAt),
    disabled_at: state === "disabled" ? timeOrNull(disabledAt) : null,
  };
}

function timeOrNull(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}
