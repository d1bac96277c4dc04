import { plainMessage } from "@syncbell/core";
import type {
  DryRun,
  DryRunChange,
  DryRunDifference,
  Engine,
  Subscription,
} from "@syncbell/engine";
import { Router } from "express";
import { z } from "zod";
import { subscriptionInput } from "../config/config-schema.ts";
import { fallbackProblem, readSubscription } from "../config/destination-entry.ts";
import { reportIssues } from "../config/report.ts";
import { type InputProblem, takingDown } from "../input-problem.ts";
import { isObject } from "../json-object.ts";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { timestamp } from "../views.ts";
import { neededJsonBody, readBody } from "./json-body.ts";

/** The largest body, in bytes: some thousands of destinations with their rules. */
const LARGEST_BODY = 4 * 1024 * 1024;

/** The most events that destinations are tried on: each is read from the store, and decided. */
const MOST_EVENTS = 1_000;

const question = z.strictObject({
  destinations: z.array(z.unknown()),
  last: z.int().min(1).max(MOST_EVENTS).default(100),
});

/** The most decisions that are made: a second or two of work, with rules of the usual length. */
const MOST_DECISIONS = 50_000;

/** When to ask again while another dry run is under way, in seconds: it takes no longer than a few. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Checks what destinations would hear of, and tries it on the last events; changes and sends nothing. It does
 * so for one asker at a time: another is answered 429, and when to ask again.
 */
export function checkRoutes(engine: Engine): Router {
  const router = Router();
  let isUnderWay = false;
  router
    .route("/v1/check")
    .post(...neededJsonBody(LARGEST_BODY), async (request, response) => {
      const asked = readBody(question, request, response);
      if (!asked) return;
      const read = readSubscriptions(asked.destinations);
      if (read.errors.length > 0) {
        const detail = "The destinations can't be used as they are written.";
        sendProblem(response, { status: 422, detail, errors: read.errors });
        return;
      }
      const { subscriptions } = read;
      const { last } = asked;
      if (subscriptions.length * last > MOST_DECISIONS) {
        const detail = tooMuch(subscriptions.length);
        sendProblem(response, { status: 422, detail, errors: [{ path: "last", message: detail }] });
        return;
      }
      if (isUnderWay) {
        response.set("retry-after", String(RETRY_AFTER_SECONDS));
        const detail = "Another config is being tried at the moment. Try again later.";
        sendProblem(response, { status: 429, detail });
        return;
      }
      isUnderWay = true;
      try {
        response.json(dryRunView(await engine.dryRun({ subscriptions, last })));
      } finally {
        isUnderWay = false;
      }
    })
    .all(methodNotAllowed("POST", "This is asked for by POST."));
  return router;
}

function tooMuch(destinations: number): string {
  const most = Math.floor(MOST_DECISIONS / destinations);
  const way =
    most > 0 ? `ask for the last ${most} or fewer` : "ask for fewer destinations at a time";
  return `That is too much to try: with ${destinations} destinations, ${way}.`;
}

interface ReadSubscriptions {
  readonly subscriptions: readonly Subscription[];
  readonly errors: readonly InputProblem[];
}

function readSubscriptions(given: readonly unknown[]): ReadSubscriptions {
  const { errors, report } = takingDown();
  const subscriptions = given.flatMap((entry, index) => {
    const at = ["destinations", index];
    const checked = subscriptionInput.safeParse(entry, { error: plainMessage });
    if (!checked.success) reportIssues(checked.error.issues, at, report);
    return (isObject(entry) && readSubscription(entry, at, { report })) || [];
  });
  const ids = new Set<string>();
  for (const [index, { id, fallback }] of subscriptions.entries()) {
    const at = ["destinations", index];
    if (ids.has(id)) report([...at, "id"], `there is a destination "${id}" already`);
    ids.add(id);
    const isKnown = (one: string): boolean => subscriptions.some((other) => other.id === one);
    const problem = fallback === undefined ? undefined : fallbackProblem(fallback, id, isKnown);
    if (problem !== undefined) report([...at, "fallback"], problem);
  }
  return { subscriptions, errors };
}

function dryRunView({ events, since, until, differences }: DryRun): object {
  return {
    events,
    since: since === undefined ? null : timestamp(since),
    until: until === undefined ? null : timestamp(until),
    destinations: differences.map(differenceView),
  };
}

function differenceView({ destinationId, changes, ...counts }: DryRunDifference): object {
  return { destination_id: destinationId, ...counts, changes: changes.map(changeView) };
}

function changeView({ eventId, title, before, after }: DryRunChange): object {
  return { event_id: eventId, title, before: before ?? null, after: after ?? null };
}
