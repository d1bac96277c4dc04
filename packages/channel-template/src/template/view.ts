import {
  type Incident,
  type Notification,
  formatUtcSeconds,
  isPostSync,
  runSeconds,
  runTimes,
} from "@syncbell/core";

/**
 * What a template sees: the event's own fields, and beside them what Syncbell says of it. A name that
 * both use is Syncbell's; the event's own is then at `event.…`. What is not known is null, and what there
 * is none of is an empty list.
 */
export function viewOf(notification: Notification): Readonly<Record<string, unknown>> {
  const { source, outcome, tone, title, line, facts, excerpt, links, test } = notification;
  const { items = [], itemsLeft = 0, incident } = notification;
  const run = isPostSync(source.event) ? source.event : undefined;
  const { started, stopped } = run ? runTimes(run) : {};
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
    items,
    items_left: itemsLeft,
    excerpt: excerpt ?? null,
    incident: incident ? incidentIn(incident) : null,
    started: started === undefined ? null : formatUtcSeconds(started),
    stopped: stopped === undefined ? null : formatUtcSeconds(stopped),
    duration: (run && runSeconds(run)) ?? null,
    links,
    link: links[0]?.url ?? null,
    test,
  };
}

function incidentIn({ transition, failures, seconds }: Incident): Omit<Incident, "since"> {
  return { transition, failures, seconds };
}

/** The line of a notification, which has no mark of its own for a test. */
export function marked(line: string, test: boolean): string {
  return test ? `[test] ${line}` : line;
}

/** The texts that Syncbell or the configuration made: secrets in them are masked, or are meant. */
export function cleanTexts(notification: Notification): readonly string[] {
  const { title, line, facts, items = [], excerpt, links, test } = notification;
  return [
    title,
    marked(line, test),
    ...(excerpt === undefined ? [] : [excerpt]),
    ...items.map(({ text }) => text),
    ...facts.flatMap(({ label, value }) => [label, value]),
    ...links.flatMap(({ label, url }) => [label, url]),
  ];
}
