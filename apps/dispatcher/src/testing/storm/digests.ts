import type { Taken } from "../persistent-producer.ts";
import { WINDOW_S, eventsNamedIn } from "./storm-events.ts";
import type { StormMessage } from "./storm-receiver.ts";

/** The numbers of the events that are part of each digest, by the id of its delivery. */
export type DigestMembers = ReadonlyMap<string, readonly number[]>;

/** Who is part of which digest, by what was answered when the events were taken. */
export function digestMembers(taken: ReadonlyMap<number, Taken>): DigestMembers {
  const members = new Map<string, number[]>();
  for (const [n, { deliveries }] of taken) {
    for (const { id, destination_id } of deliveries) {
      if (destination_id === "digests") members.set(id, [...(members.get(id) ?? []), n]);
    }
  }
  return members;
}

/** A digest as its message says it. */
export interface ToldDigest {
  /**
   * Its delivery. Slack is sent no key, so it is known by the pipelines that the message names; empty where
   * these are not all part of one digest.
   */
  readonly id: string;
  /** How many pipelines failed; NaN where the message says it otherwise than it should. */
  readonly pipelines: number;
}

const TITLE = new RegExp(`^(\\d+) pipelines? failed for Acme in ${WINDOW_S} seconds\n`);

/** The digests that came in, in the order in which they did. */
export function toldDigests(
  messages: readonly StormMessage[],
  members: DigestMembers,
): readonly ToldDigest[] {
  return messages
    .filter(({ to }) => to === "digests")
    .map(({ text }) => {
      const named = eventsNamedIn(text);
      const [id = ""] =
        [...members].find(([, events]) => named.every((n) => events.includes(n))) ?? [];
      return { id: named.length > 0 ? id : "", pipelines: Number(TITLE.exec(text)?.[1]) };
    });
}
