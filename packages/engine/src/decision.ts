/** The words for what was decided. */
export const DECISIONS = [
  "deliver",
  "filtered",
  "muted",
  "digested",
  "disabled",
  "expired",
  "superseded",
] as const;

/** What was decided for one event and one destination, and why: a sentence for a person. */
export interface Decision {
  readonly destinationId: string;
  readonly decision: (typeof DECISIONS)[number];
  readonly reason: string;
  /** True when the rule could not be evaluated, whatever was decided then. */
  readonly unevaluable: boolean;
}
