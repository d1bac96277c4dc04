import { z } from "zod";

/**
 * What a run is in the story of its pipeline:
 * - `first`: the first one ever seen, and it succeeded.
 * - `broke`: it failed after a success, or is the first one ever seen.
 * - `failing`: one more failure.
 * - `recovered`: a success after a failure.
 * - `healthy`: a success after a success.
 * - `other`: skipped, cancelled and the like, which change nothing.
 * - `late`: it stopped before one that was seen already, and changes nothing.
 * - `repeated`: the same end of the same run was told before, and changes nothing.
 */
export type Transition = (typeof TRANSITIONS)[number];

/** Every transition that there is. */
export const TRANSITIONS = [
  "first",
  "broke",
  "failing",
  "recovered",
  "healthy",
  "other",
  "late",
  "repeated",
] as const;

/** How a pipeline stood when one of its runs had ended: an incident is its unbroken run of failures. */
export interface Incident {
  readonly transition: Transition;
  /** Failures of the incident so far, this one included; of one that is over, all; 0 without one. */
  readonly failures: number;
  /** From the first failure's end to this run's end; never negative, 0 without an incident. */
  readonly seconds: number;
  /** When the first failure of the incident ended, in milliseconds since the epoch. */
  readonly since?: number;
}

/** The schema of an {@link Incident}, for what was kept as JSON. */
export const incidentSchema: z.ZodType<Incident> = z.object({
  transition: z.enum(TRANSITIONS),
  failures: z.number(),
  seconds: z.number(),
  since: z.number().exactOptional(),
});
