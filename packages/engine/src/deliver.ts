import {
  type Attempt as ChannelAttempt,
  type Connection,
  type Json,
  type Outcome,
  cleanText,
  cut,
  redactSecrets,
} from "@syncbell/core";
import type { Clock } from "./clock.ts";
import type { Connections } from "./connections.ts";
import { deadlineFrom } from "./deadline.ts";
import type { Destination } from "./destination.ts";
import type { LinkTemplate } from "./links.ts";
import { readOutcome } from "./read-outcome.ts";
import { render } from "./render.ts";
import type { Contact } from "./breaker.ts";
import type { Attempt, ClaimedDelivery } from "./store/delivery-records.ts";

/** How much of an answer is kept with an attempt, in UTF-16 units. */
const KEPT_RESPONSE = 4096;
const KEPT_REASON = 500;
/** How much of a text that a channel answers is looked at for that. */
const LONGEST_READ = 64 * 1024;
/** What of a cut text may be the beginning of a secret, in UTF-16 units. */
const LONGEST_SECRET = 4096;
/** How many bytes of a character may be missing at a cut. */
const LONGEST_CHARACTER = 4;

export interface DeliverOptions {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly links: readonly LinkTemplate[];
  /** Fires when the dispatcher can't wait any longer: what is under way then is not recorded. */
  readonly stopped: AbortSignal;
}

export interface Delivered {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  /** What it says of the receiver. Absent: nothing, the message did not get as far. */
  readonly contact?: Contact;
}

/** Makes one attempt. Never rejects: a throw or a hang of a channel becomes an outcome. */
export async function deliver(
  claimed: ClaimedDelivery,
  destination: Destination,
  options: DeliverOptions,
): Promise<Delivered> {
  const { clock } = options;
  const startedAt = clock.now();
  const number = claimed.attempts + 1;
  const { outcome, redact, unsent } = await attempt(
    claimed,
    destination,
    { number, startedAt },
    options,
  );
  const endedAt = Math.max(startedAt, clock.now());
  const reason = keptReason(outcome, redact);
  const afterMs = outcome.kind === "retry" ? outcome.afterMs : undefined;
  const { kind } = outcome;
  return {
    outcome,
    attempt: {
      number,
      startedAt,
      durationMs: endedAt - startedAt,
      outcome: kind,
      status: outcome.status,
      reason,
      response: kept(outcome.response, KEPT_RESPONSE, redact),
      manual: claimed.returnTo !== undefined,
    },
    ...(unsent ? {} : { contact: { outcome: kind, startedAt, endedAt, afterMs, reason } }),
  };
}

interface Redacted {
  readonly outcome: Outcome;
  readonly redact: (text: string) => string;
  /** True where the message could not even be made: that says nothing of the receiver. */
  readonly unsent?: boolean;
}

type AttemptStart = Pick<Attempt, "number" | "startedAt">;

async function attempt(
  claimed: ClaimedDelivery,
  destination: Destination,
  start: AttemptStart,
  options: DeliverOptions,
): Promise<Redacted> {
  const name = destination.channel.type;
  let redact: Redacted["redact"];
  try {
    redact = options.connections.redactorOf(destination);
  } catch (error) {
    return {
      ...failed(`channel "${name}" has a config that can't be read`, error, redactSecrets),
      unsent: true,
    };
  }
  const deadline = deadlineFrom(options.clock, options.stopped);
  const hung: Outcome = { kind: "retry", reason: "the channel did not come back at its deadline" };
  try {
    return await Promise.race([
      send(claimed, destination, { ...start, signal: deadline.signal }, options, redact),
      deadline.passed.then(() => ({ redact, outcome: hung })),
    ]);
  } finally {
    deadline.clear();
  }
}

async function send(
  claimed: ClaimedDelivery,
  destination: Destination,
  start: AttemptStart & Pick<ChannelAttempt, "signal">,
  { connections, links }: DeliverOptions,
  redact: Redacted["redact"],
): Promise<Redacted> {
  const name = destination.channel.type;
  let connection: Connection;
  try {
    connection = await connections.get(destination, start.signal);
  } catch (error) {
    return failed(`channel "${name}" could not open the destination`, error, redact);
  }
  if (start.signal.aborted) {
    const reason = `channel "${name}" did not open the destination in time`;
    return { redact, outcome: { kind: "retry", reason } };
  }
  let message: Json;
  let bytes: number;
  try {
    ({ message, bytes } = render(claimed, destination, { links, at: start.startedAt }));
  } catch (error) {
    return {
      ...failed(`channel "${name}" could not render the event`, error, redact),
      unsent: true,
    };
  }
  const limit = destination.channel.limits.maxBytes;
  if (limit !== undefined && bytes > limit) {
    const reason = `the message has ${bytes} bytes, more than the ${limit} that the service takes`;
    return { redact, outcome: { kind: "rejected", reason }, unsent: true };
  }
  try {
    const answered: unknown = await connection.send(message, { ...start, key: claimed.id });
    const reason = `channel "${name}" answered something that is no outcome`;
    return { redact, outcome: readOutcome(answered) ?? { kind: "retry", reason } };
  } catch (error) {
    return failed(`channel "${name}" threw`, error, redact);
  }
}

function failed(what: string, error: unknown, redact: Redacted["redact"]): Redacted {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : "no error was given";
  return { redact, outcome: { kind: "retry", reason: `${what}: ${why}` } };
}

/** Why an attempt ended as it did, or what is worth knowing of a message that arrived. */
function keptReason(outcome: Outcome, redact: Redacted["redact"]): string | undefined {
  return kept("reason" in outcome ? outcome.reason : outcome.note, KEPT_REASON, redact);
}

function kept(
  text: string | undefined,
  most: number,
  redact: Redacted["redact"],
): string | undefined {
  if (text === undefined || text === "") return undefined;
  const masked = redact(cleanText(text.slice(0, LONGEST_READ)));
  // Masked before it is cut, so that a secret across the cut is not kept in half. One across the end of
  // what was read can't be known: where there is more than was read, the end of it is not kept at all.
  const isWhole = Buffer.byteLength(text) < LONGEST_READ - LONGEST_CHARACTER;
  return cut(isWhole ? masked : masked.slice(0, -LONGEST_SECRET), most);
}
