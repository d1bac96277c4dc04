import { join } from "node:path";
import type { ApiClient, DeliveryAnswer } from "../api-client.ts";
import { writeConfig } from "../config-file.ts";
import { KilledStore } from "../crash/killed-store.ts";
import { temporaryFolder } from "../folder.ts";
import type { PersistentProducer } from "../persistent-producer.ts";
import type { Serving } from "../syncbell-child.ts";
import { serve } from "../syncbell-process.ts";
import { until } from "../until.ts";
import { digestMembers } from "./digests.ts";
import { OTHER_TENANT, stormConfig } from "./storm-events.ts";
import { postStorm } from "./storm-producer.ts";
import { type StormMessage, stormReceiver } from "./storm-receiver.ts";

/** What became of a storm. */
export interface Storm {
  readonly producer: PersistentProducer;
  /** In the order in which they came in. */
  readonly messages: readonly StormMessage[];
  /** How many of them had come in when the dispatcher had the other tenant's to deliver. */
  readonly beforeOther: number;
  /** The deliveries whose attempt was cut off by the kill. */
  readonly cutOff: ReadonlySet<string>;
  /** The digests that there were, the oldest first. */
  readonly digests: readonly DeliveryAnswer[];
  /** Every event, the newest first. */
  readonly events: readonly StormEvent[];
}

/** An event as the API lists it. */
export interface StormEvent {
  readonly id: string;
  readonly received_at: string;
  readonly decisions: readonly { readonly destination_id: string; readonly decision: string }[];
}

/**
 * Posts a storm, kills the dispatcher in the middle of it and starts another on what is left. Over when all
 * is taken, the other tenant is told and every digest has arrived: to tell of each run would take a quarter
 * of an hour.
 */
export async function storm(): Promise<Storm> {
  const folder = temporaryFolder();
  const { url, messages } = await stormReceiver();
  writeConfig(folder, stormConfig(url));
  const isOtherTold = (): boolean => messages.some(({ to }) => to === "other");
  let beforeOther = 0;
  let serving: Serving | undefined = await serve({ cwd: folder });
  const { producer, posted } = postStorm({
    serving: () => serving,
    onOther: () => void (beforeOther = messages.length),
  });

  await until(() => producer.taken.size >= OTHER_TENANT);
  const first = serving;
  serving = undefined;
  await first.end("SIGKILL");
  const cutOff = cutOffIn(folder);
  // What was taken and not told yet is now for the next one to deliver.
  if (!isOtherTold()) beforeOther = messages.length;
  serving = await serve({ cwd: folder });

  await posted;
  await until(isOtherTold);
  const digests = await arrivedDigests(serving, producer);
  const events = await allEvents(serving);
  return { producer, messages: [...messages], beforeOther, cutOff, digests, events };
}

function cutOffIn(folder: string): ReadonlySet<string> {
  const store = new KilledStore(join(folder, "data", "syncbell.db"), join(folder, "killed"));
  const sending = store.sending();
  store.close();
  return new Set(sending);
}

/** Waits until each digest was attempted. */
async function arrivedDigests(
  { attempted }: ApiClient,
  { taken }: PersistentProducer,
): Promise<readonly DeliveryAnswer[]> {
  const ids = [...digestMembers(taken).keys()];
  return Promise.all(ids.toSorted().map((id) => attempted(id, 1)));
}

async function allEvents({ call }: ApiClient): Promise<readonly StormEvent[]> {
  const events: StormEvent[] = [];
  for (let cursor = ""; cursor !== "end";) {
    const { body } = await call("GET", `/v1/events?limit=200${cursor && `&cursor=${cursor}`}`);
    events.push(...body.data);
    cursor = body.next_cursor ?? "end";
  }
  return events;
}
