import type { PersistentProducer } from "../persistent-producer.ts";
import { type CrashEvent, type DestinationId, MOST_UNDER_WAY } from "./destinations.ts";
import type { KeptStore } from "./kept-store.ts";
import type { KillTally, StageCount } from "./kill-tally.ts";
import type { Arrival } from "./receivers.ts";
import type { Stage } from "./stages.ts";

export interface CrashRecords {
  readonly seed: number;
  readonly tally: KillTally;
  readonly producer: PersistentProducer;
  /** What was posted, by its number. */
  readonly events: ReadonlyMap<number, CrashEvent>;
  readonly arrivals: readonly Arrival[];
  readonly stuck: readonly string[];
  readonly store: KeptStore;
  /** What else was not as it has to be. */
  readonly mistakes: readonly string[];
}

/** What came of a run. All is well where `lost`, `stuck` and `mistakes` are empty. */
export interface CrashReport {
  readonly seed: number;
  readonly stages: ReadonlyMap<Stage, StageCount>;
  readonly kills: number;
  /** Events that were answered with 202. */
  readonly taken: number;
  readonly postedTwice: number;
  /** Posts that were to be made again later. */
  readonly refused: number;
  /** Events that were kept by a dispatcher that was killed before it could say so. */
  readonly keptUnheard: number;
  readonly deliveries: number;
  readonly ownEvents: number;
  /** Requests that receivers got and that left no record, since a kill cut them off. */
  readonly repeats: number;
  /** How many attempts were under way at the kills, by the store: there can't be more repeats. */
  readonly cutOff: number;
  /** How many can be under way at as many kills, by the limits of the channels. */
  readonly mostRepeats: number;
  readonly lost: readonly string[];
  readonly stuck: readonly string[];
  readonly mistakes: readonly string[];
}

/** Holds what was posted, what arrived and what the store says against one another. */
export function reportOn(records: CrashRecords): CrashReport {
  const { seed, tally, producer, store, stuck } = records;
  const { stages, kills } = tally;
  const mostRepeats = MOST_UNDER_WAY * kills;
  const { byDelivery, mistakes } = sorted(records);
  const { repeats, unexplained } = countRepeats(byDelivery, records);
  const undelivered = store.deliveries.filter(({ state }) => state !== "delivered").length;
  if (undelivered > stuck.length) mistakes.push(`${undelivered} deliveries are not delivered`);
  if (repeats > mostRepeats) mistakes.push(`${repeats} repeats are more than ${mostRepeats}`);
  return {
    seed,
    stages,
    kills,
    taken: producer.taken.size,
    postedTwice: producer.postedTwice,
    refused: producer.refused,
    keptUnheard: producer.keptUnheard,
    deliveries: store.deliveries.length,
    ownEvents: store.ownEvents,
    repeats,
    cutOff: [...stages.values()].reduce((sum, count) => sum + count.cutOff, 0),
    mostRepeats,
    lost: [...tally.lost, ...lostIn(records, byDelivery)],
    stuck,
    mistakes: [
      ...records.mistakes,
      ...producer.mistakes,
      ...store.mistakes,
      ...mistakes,
      ...unexplained,
    ],
  };
}

type ByDelivery = ReadonlyMap<string, readonly Arrival[]>;

/** Sorts what arrived by the delivery that it belongs to, and finds what belongs to none. */
function sorted({ arrivals, producer }: CrashRecords): {
  readonly byDelivery: ByDelivery;
  readonly mistakes: string[];
} {
  const byDelivery = new Map<string, Arrival[]>();
  const mistakes: string[] = [];
  for (const arrival of arrivals) {
    const { destination, event, key } = arrival;
    const id = deliveryOf(producer, event, destination);
    if (id === undefined) mistakes.push(`${destination} was told of event ${event}, unasked`);
    else byDelivery.set(id, [...(byDelivery.get(id) ?? []), arrival]);
    if (key !== undefined && key !== id) {
      mistakes.push(`${destination} was told of event ${event} as ${key}; it is ${id}`);
    }
  }
  return { byDelivery, mistakes };
}

function deliveryOf(
  { taken }: PersistentProducer,
  event: number,
  destination: DestinationId,
): string | undefined {
  return taken.get(event)?.deliveries.find((one) => one.destination_id === destination)?.id;
}

/** Each request is explained by an attempt on record or by a kill that found it under way. */
function countRepeats(
  byDelivery: ByDelivery,
  { store, tally }: CrashRecords,
): { readonly repeats: number; readonly unexplained: readonly string[] } {
  const recorded = new Map(store.deliveries.map(({ id, attempts }) => [id, attempts]));
  const unexplained: string[] = [];
  let repeats = 0;
  for (const [id, { length }] of byDelivery) {
    const attempts = recorded.get(id) ?? 0;
    const kills = tally.cutOff.get(id) ?? 0;
    repeats += Math.max(0, length - attempts);
    if (length > attempts + kills) {
      unexplained.push(`${id} came ${length} times: ${attempts} on record, ${kills} cut off`);
    }
  }
  return { repeats, unexplained };
}

function lostIn({ producer, events, store }: CrashRecords, byDelivery: ByDelivery): string[] {
  const lost: string[] = [];
  for (const [n, { id }] of producer.taken) {
    if (!store.events.has(id)) lost.push(`${id} is not in the store`);
    for (const destination of events.get(n)?.owedTo ?? []) {
      const delivery = deliveryOf(producer, n, destination);
      const arrivals = delivery === undefined ? [] : (byDelivery.get(delivery) ?? []);
      if (!arrivals.some(({ taken }) => taken)) lost.push(`${id} did not arrive at ${destination}`);
    }
  }
  if (store.events.size !== producer.taken.size) {
    lost.push(`${producer.taken.size} events were taken, and ${store.events.size} are kept`);
  }
  return lost;
}
