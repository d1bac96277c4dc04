/** What was decided for one event and one destination, and why: a sentence for a person. */
export interface Decision {
  readonly destinationId: string;
  readonly decision: "deliver" | "filtered" | "disabled";
  readonly reason: string;
  /** True when the rule could not be evaluated, whatever was decided then. */
  readonly unevaluable: boolean;
}
