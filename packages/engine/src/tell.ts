import type { Transition } from "@syncbell/core";
import { counted } from "@syncbell/core";
import type { Subscription } from "./destination.ts";
import type { RunIncident } from "./incident.ts";

/** How often a destination is told that a pipeline is still failing: by failures, or by time. */
export type Repeat = { readonly every: number } | { readonly afterMs: number };

/** What a destination was told of an incident so far. */
export interface Telling {
  /** When the last of its failures arrived, in milliseconds since the epoch. Absent: none has. */
  readonly toldAt?: number;
  /** Whether one waits to be sent, is being sent, or is part of a digest that was not sent yet. */
  readonly waits?: boolean;
  readonly sending?: boolean;
  readonly digested?: boolean;
}

/**
 * Whether a run is worth telling:
 * - `rule`: if the destination's rule says so.
 * - `yes`: whatever the rule says, as its pipeline's failure was or would have been told. With `with`,
 *   together with the failure that waits; with `after`, once it is known whether that arrives.
 * - `no`.
 */
export type Worth =
  | { readonly kind: "rule" }
  | { readonly kind: "yes"; readonly reason: string; readonly how?: "with" | "after" }
  | { readonly kind: "no"; readonly reason: string };

const BY_RULE: Worth = { kind: "rule" };

/**
 * Whether a run is worth telling a destination by what it changed, by its `notify` and `repeat`. Pure.
 * A recovery is, where the destination asks for recoveries and was told of the failure.
 */
export function worthTelling(
  { notify, repeat }: Pick<Subscription, "notify" | "repeat">,
  incident: RunIncident,
  telling: Telling,
  now: number,
): Worth {
  const { transition } = incident;
  if (repeat && transition === "failing") return worthRepeating(repeat, incident, telling, now);
  if (repeat && "every" in repeat && transition === "broke") return BY_RULE;
  if (!notify) return BY_RULE;
  if (!notify.includes(transition)) {
    return { kind: "no", reason: `${sayTransition(incident)}; notify has ${list(notify)}` };
  }
  return transition === "recovered" ? worthRecovering(incident, telling) : BY_RULE;
}

function worthRepeating(
  repeat: Repeat,
  incident: RunIncident,
  { toldAt, waits, sending, digested }: Telling,
  now: number,
): Worth {
  const { failures } = incident;
  if ("every" in repeat) {
    if (failures % repeat.every === 0) return BY_RULE;
    const reason = `still failing, failure ${failures} in a row; told are the first, then one in ${repeat.every}`;
    return { kind: "no", reason };
  }
  if (waits || sending || digested) {
    return { kind: "no", reason: "still failing; a message of it has not arrived yet" };
  }
  if (toldAt === undefined || now - toldAt >= repeat.afterMs) return BY_RULE;
  return { kind: "no", reason: "still failing; the last message of it is not old enough" };
}

function worthRecovering(
  incident: RunIncident,
  { toldAt, waits, sending, digested }: Telling,
): Worth {
  const said = sayTransition(incident);
  // What is being sent may arrive: until that is known, nothing can be said together with it.
  if (sending) {
    return { kind: "yes", how: "after", reason: `${said}; it is being told of the failure` };
  }
  if (waits) {
    return {
      kind: "yes",
      how: "with",
      reason: `${said}; tells of the failure that waited as well`,
    };
  }
  if (digested || toldAt !== undefined) {
    return { kind: "yes", reason: `${said}; it was told of the failure` };
  }
  return { kind: "no", reason: `${said}; it was not told of a failure` };
}

const WORDS: Readonly<Record<Transition, string>> = {
  first: "the first run seen, a success",
  broke: "the pipeline broke",
  failing: "the pipeline is still failing",
  recovered: "the pipeline recovered",
  healthy: "the pipeline is healthy",
  other: "the run changes nothing",
  late: "the run is late, it stopped before one that was seen already",
  repeated: "this end of this run was told before",
};

/** What a run is in the story of its pipeline, in words: with the word that rules know it by. */
export function sayTransition({ transition, failures }: RunIncident): string {
  const times =
    transition === "failing"
      ? `, ${failures} times in a row`
      : transition === "recovered"
        ? ` after ${counted(failures, "failure")}`
        : "";
  return `${WORDS[transition]}${times} (${transition})`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? "nothing" : words.join(", ");
}
