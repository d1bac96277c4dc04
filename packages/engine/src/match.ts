import {
  type Event,
  cut,
  isDestinationEvent,
  isPostSync,
  noticeOutcome,
  runOutcome,
} from "@syncbell/core";
import type { Decision } from "./decision.ts";
import type { Subscription } from "./destination.ts";
import { type RunIncident, isStale } from "./incident.ts";
import { type Say, quoter } from "./quote.ts";
import { ruleSubject, tenantOf } from "./rule-subject.ts";
import type { DestinationState } from "./store/destination-records.ts";
import { type Telling, sayTransition, worthTelling } from "./tell.ts";

/** What is known of the world when it is decided. */
export interface Situation {
  /** The moment, in milliseconds since the epoch. */
  readonly now: number;
  /** Every destination is active unless this says otherwise. */
  readonly stateOf?: (destinationId: string) => DestinationState | undefined;
  /** Whether Syncbell itself raised the event: then the fallback of its destination hears of it. */
  readonly own?: boolean;
  /** What the run is in the story of its pipeline. Absent: it is of none. */
  readonly incident?: RunIncident | undefined;
  /** What destinations were told of the incident so far: nothing, unless this says otherwise. */
  readonly tellings?: ReadonlyMap<string, Telling>;
}

/**
 * A decision by what a destination wants to hear of, before it is planned when it hears:
 * - `failure`: a failure of an incident, of which the recovery will be told.
 * - `with`: a recovery that is told together with the failure that waits.
 * - `after`: a recovery that waits until it is known whether the failure arrives.
 */
export interface Verdict extends Decision {
  readonly part?: "failure" | "with" | "after";
}

/**
 * Decides for every destination that has the event's tenant in its reach; the others have no
 * decision. Pure. A rule that can't be evaluated counts as matching when the run failed. A disabled
 * destination gets what it would get as the decision `disabled`.
 */
export function decide(
  event: Event,
  destinations: Iterable<Subscription>,
  situation: Situation,
): readonly Verdict[] {
  const { stateOf = () => "active", own = false } = situation;
  const tenant = tenantOf(event);
  const asked = { event, subject: ruleSubject(event, situation.incident), say: quoter() };
  const all = [...destinations];
  const about = own && isDestinationEvent(event) ? event.destination.id : undefined;
  const fallback = all.find(({ id }) => id === about)?.fallback;
  const verdicts: Verdict[] = [];
  for (const destination of all) {
    const { id } = destination;
    const isFallback = fallback !== undefined && id === fallback;
    if (!isFallback && destination.tenant !== undefined && destination.tenant !== tenant) continue;
    const judged =
      id === about
        ? verdict("filtered", "a destination is not told of itself")
        : isFallback
          ? verdict("deliver", `is the fallback of ${asked.say(about ?? "")}`)
          : judge(asked, destination, situation);
    const isDisabled = judged.decision === "deliver" && stateOf(id) === "disabled";
    verdicts.push(
      isDisabled
        ? {
            destinationId: id,
            decision: "disabled",
            reason: `the destination is disabled; else: ${judged.reason}`,
            unevaluable: judged.unevaluable,
          }
        : { destinationId: id, ...judged },
    );
  }
  return verdicts;
}

type Judgement = Omit<Verdict, "destinationId">;

/** How much of a rule, or of what is wrong with it, is kept with each decision, in UTF-16 units. */
const LONGEST_REASON = 900;

/** What every destination is asked about. */
interface Asked {
  readonly event: Event;
  /** The event as rules see it. */
  readonly subject: unknown;
  readonly say: Say;
}

function judge(
  asked: Asked,
  destination: Subscription,
  { incident, tellings, now }: Situation,
): Judgement {
  const { event, say } = asked;
  if (!isPostSync(event) && !destination.when?.names(event.event_type)) {
    const type = say(event.event_type);
    return verdict("filtered", `events of type ${type} reach only rules that name the type`);
  }
  if (!incident) return judgeByRule(asked, destination);
  const worth = worthTelling(destination, incident, tellings?.get(destination.id) ?? {}, now);
  if (worth.kind === "no") return verdict("filtered", worth.reason);
  if (worth.kind === "yes") {
    return { ...verdict("deliver", worth.reason), ...(worth.how ? { part: worth.how } : {}) };
  }
  const judged = judgeByRule(asked, destination);
  const { transition } = incident;
  const isMarked = destination.notify || isStale(incident);
  const reason = isMarked ? `${sayTransition(incident)}; ${judged.reason}` : judged.reason;
  const isFailure = transition === "broke" || transition === "failing";
  const isTracked = isFailure && judged.decision === "deliver" && isSelective(destination);
  return { ...judged, reason, ...(isTracked ? { part: "failure" } : {}) };
}

/** Whether it makes a difference to a destination what it was told before. */
function isSelective({ notify, repeat }: Subscription): boolean {
  return notify !== undefined || repeat !== undefined;
}

function judgeByRule({ event, subject, say }: Asked, { when }: Subscription): Judgement {
  if (!when || when.text === "") return verdict("deliver", "no rule: hears of every event");
  const truth = when.test(subject);
  if (truth === true) {
    return verdict("deliver", `rule matches: ${cut(when.text, LONGEST_REASON)}`);
  }
  const blame = cut(when.blame(subject, say), LONGEST_REASON);
  if (truth === false) return verdict("filtered", `rule does not match: ${blame}`);
  const outcome = isPostSync(event) ? runOutcome(event.status) : noticeOutcome(event.status);
  const failed = outcome === "failed";
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
