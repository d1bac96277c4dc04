import {
  type Event,
  cut,
  isDestinationEvent,
  isPostSync,
  runOutcome,
  runTimes,
} from "@syncbell/core";
import type { Decision } from "./decision.ts";
import type { Destination } from "./destination.ts";
import type { Query } from "./query.ts";
import { quote } from "./quote.ts";
import type { DestinationState } from "./store/destination-records.ts";

/** What is known of the world when it is decided. */
export interface DecideOptions {
  /** Every destination is active unless this says otherwise. */
  readonly stateOf?: (destinationId: string) => DestinationState | undefined;
  /** Whether Syncbell itself raised the event: then the fallback of its destination hears of it. */
  readonly own?: boolean;
}

/**
 * Decides for every destination that has the event's tenant in its reach; the others have no
 * decision. Pure. A rule that can't be evaluated counts as matching when the run failed. A disabled
 * destination gets what it would get as the decision `disabled`.
 */
export function decide(
  event: Event,
  destinations: Iterable<Destination>,
  { stateOf = () => "active", own = false }: DecideOptions = {},
): readonly Decision[] {
  const tenant = tenantOf(event);
  const subject = ruleSubject(event);
  const all = [...destinations];
  const about = own && isDestinationEvent(event) ? event.destination.id : undefined;
  const fallback = all.find(({ id }) => id === about)?.fallback;
  const decisions: Decision[] = [];
  for (const destination of all) {
    const { id } = destination;
    const isFallback = fallback !== undefined && id === fallback;
    if (!isFallback && destination.tenant !== undefined && destination.tenant !== tenant) continue;
    const judged =
      id === about
        ? verdict("filtered", "a destination is not told of itself")
        : isFallback
          ? verdict("deliver", `is the fallback of ${quote(about ?? "")}`)
          : judge(event, subject, destination.when);
    const isDisabled = judged.decision === "deliver" && stateOf(id) === "disabled";
    decisions.push({
      destinationId: id,
      ...judged,
      ...(isDisabled
        ? { decision: "disabled", reason: `the destination is disabled; else: ${judged.reason}` }
        : {}),
    });
  }
  return decisions;
}

type Judgement = Omit<Decision, "destinationId">;

/** How much of a rule, or of what is wrong with it, is kept with each decision, in UTF-16 units. */
const LONGEST_REASON = 900;

function judge(event: Event, subject: unknown, when: Query | undefined): Judgement {
  if (!isPostSync(event) && !when?.names(event.event_type)) {
    const type = quote(event.event_type);
    return verdict("filtered", `events of type ${type} reach only rules that name the type`);
  }
  if (!when || when.text === "") return verdict("deliver", "no rule: hears of every event");
  const truth = when.test(subject);
  if (truth === true) {
    return verdict("deliver", `rule matches: ${cut(when.text, LONGEST_REASON)}`);
  }
  const blame = cut(when.blame(subject), LONGEST_REASON);
  if (truth === false) return verdict("filtered", `rule does not match: ${blame}`);
  const failed = runOutcome(event.status) === "failed";
  return {
    decision: failed ? "deliver" : "filtered",
    reason:
      `rule can't be evaluated: ${blame}` + (failed ? "; delivered because the run failed" : ""),
    unevaluable: true,
  };
}

function verdict(decision: Decision["decision"], reason: string): Judgement {
  return { decision, reason, unevaluable: false };
}

/** The event as a rule sees it: its own fields, and what Syncbell adds to them. */
export function ruleSubject(event: Event): Readonly<Record<string, unknown>> {
  const added: Record<string, unknown> = { outcome: runOutcome(event.status) };
  if (isPostSync(event)) {
    const { started, stopped } = runTimes(event);
    if (started !== undefined && stopped !== undefined) {
      added["duration"] = (stopped - started) / 1000;
    }
  }
  return { ...event, ...added };
}

/** The id of the tenant that an event belongs to, or undefined where it names none. */
export function tenantOf(event: Event): string | undefined {
  return idIn(event, "tenant");
}

/** The id of the task that an event is about, or undefined where it names none. */
export function taskOf(event: Event): string | undefined {
  return idIn(event, "task");
}

function idIn(event: Event, field: "tenant" | "task"): string | undefined {
  const holder: unknown = Object.hasOwn(event, field)
    ? (event as unknown as Readonly<Record<string, unknown>>)[field]
    : undefined;
  if (typeof holder !== "object" || holder === null || !("id" in holder)) return undefined;
  return typeof holder.id === "string" ? holder.id : undefined;
}
