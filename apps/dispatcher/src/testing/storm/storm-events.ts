import { LOOPBACK } from "../config-file.ts";
import { postSync } from "../events.ts";

/** How many pipelines of one tenant fail at once, each in one run. */
export const PIPELINES = 1000;
/** How many events there are in all: the runs of the storm, and the one of another tenant. */
export const EVENTS: number = PIPELINES + 1;
/** The number of the event that is of another tenant, and that is about to be taken at the kill. */
export const OTHER_TENANT = 333;

/**
 * How long the window of a digest is, in seconds: so that the kill and the next start fall into the first
 * one, and the storm lasts longer.
 */
export const WINDOW_S = 4;

/** Who is told: in digests, of each run, and of the other tenant. */
export type StormDestination = "digests" | "each" | "other";

/** A config with these destinations in Slack, each at a path of the receiver that is its id. */
export function stormConfig(url: string): string {
  const rules: Readonly<Record<StormDestination, string>> = {
    digests: `tenant: storm, when: { status: failed }, digest: { window: ${WINDOW_S}s }`,
    each: "tenant: storm",
    other: "tenant: other",
  };
  const lines = Object.entries(rules).map(
    ([id, rule]) => `  - { id: ${id}, channel: slack, config: { url: "${url}/${id}" }, ${rule} }\n`,
  );
  return `${LOOPBACK}destinations:\n${lines.join("")}`;
}

/** The n-th event, counted from 1: a failed run, of a pipeline that has no other. */
export function stormEvent(n: number): string {
  const [id, name] = n === OTHER_TENANT ? ["other", "Globex"] : ["storm", "Acme"];
  return postSync({
    status: "failed",
    sync: `sync-${n}`,
    task: { id: `pipeline-${n}`, name: `orders-${n}` },
    tenant: { id, name },
  });
}

/** The numbers of the events whose pipelines a message names, in its order. */
export function eventsNamedIn(text: string): readonly number[] {
  return [...text.matchAll(/\borders-(\d+)\b/g)].map(([, n]) => Number(n));
}
