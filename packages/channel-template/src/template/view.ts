import { type Notification, formatUtcSeconds, isPostSync, runTimes } from "@syncbell/core";

/**
 * What a template sees: the event's own fields, and beside them what Syncbell says of it. A name that
 * both use is Syncbell's; the event's own is then at `event.…`. Times and lengths that are not known
 * are null.
 */
export function viewOf(notification: Notification): Readonly<Record<string, unknown>> {
  const { source, outcome, tone, title, line, facts, excerpt, links, test } = notification;
  const times = isPostSync(source.event) ? runTimes(source.event) : undefined;
  const { started, stopped } = times ?? {};
  const known = started !== undefined && stopped !== undefined && stopped >= started;
  return {
    ...source.event,
    event: source.event,
    event_id: source.id,
    received_at: new Date(source.receivedAt).toISOString(),
    outcome,
    tone,
    title,
    line: marked(line, test),
    facts,
    excerpt: excerpt ?? null,
    started: started === undefined ? null : formatUtcSeconds(started),
    stopped: stopped === undefined ? null : formatUtcSeconds(stopped),
    duration: known ? (stopped - started) / 1000 : null,
    links,
    link: links[0]?.url ?? null,
    test,
  };
}

/** The line of a notification, which has no mark of its own for a test. */
export function marked(line: string, test: boolean): string {
  return test ? `[test] ${line}` : line;
}

/** The texts that Syncbell or the configuration made: secrets in them are masked, or are meant. */
export function cleanTexts(notification: Notification): readonly string[] {
  const { title, line, facts, excerpt, links, test } = notification;
  return [
    title,
    marked(line, test),
    ...(excerpt === undefined ? [] : [excerpt]),
    ...facts.flatMap(({ label, value }) => [label, value]),
    ...links.flatMap(({ label, url }) => [label, url]),
  ];
}
