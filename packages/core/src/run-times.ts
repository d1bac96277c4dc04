import type { PostSync } from "./event.ts";
import { parseTimestamp } from "./timestamp.ts";

/**
 * When the run began and ended, in milliseconds since the epoch: the event's own times, else the
 * sync's; undefined where neither says.
 */
export function runTimes(event: PostSync): {
  readonly started: number | undefined;
  readonly stopped: number | undefined;
} {
  return {
    started: moment(event.started_at ?? event.sync.started_at),
    stopped: moment(event.stopped_at ?? event.sync.stopped_at),
  };
}

/**
 * How long the run took, in seconds; undefined where its times are not known, or where it stopped before
 * it started, which only a skewed clock can say.
 */
export function runSeconds(event: PostSync): number | undefined {
  const { started, stopped } = runTimes(event);
  if (started === undefined || stopped === undefined || stopped < started) return undefined;
  return (stopped - started) / 1000;
}

function moment(timestamp: string | null | undefined): number | undefined {
  return timestamp ? parseTimestamp(timestamp) : undefined;
}
