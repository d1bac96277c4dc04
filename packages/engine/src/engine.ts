import { createHmac } from "node:crypto";
import type { InboundAnswer } from "@syncbell/core";
import { type Accepted, Acceptance, type Posted } from "./accept.ts";
import { addressCheck, parseNetwork } from "./address.ts";
import { channelStateOf } from "./channel-state.ts";
import type { Clock } from "./clock.ts";
import { Connections } from "./connections.ts";
import type { Destination } from "./destination.ts";
import { Destinations } from "./destinations.ts";
import { Directory } from "./directory.ts";
import { type Asked, type Explanation, explain } from "./explain.ts";
import { idMaker } from "./ids.ts";
import type { LinkTemplate } from "./links.ts";
import type { EngineLog, LogFields } from "./log.ts";
import { outbound } from "./outbound.ts";
import { type Preview, preview } from "./preview.ts";
import { type ReceivedCall, receive } from "./receive.ts";
import type { ToRender } from "./render.ts";
import { Replays } from "./replays.ts";
import type { WishResult } from "./store/delivery-records.ts";
import type { StoredDestination } from "./store/destination-records.ts";
import type { Store } from "./store/store.ts";
import { DEFAULT_RETENTION_MS, Upkeep } from "./upkeep.ts";
import { Worker } from "./worker.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /**
   * The destinations of the config file. Undefined: there is no file, and what is owed to the
   * destinations of an earlier one is kept.
   */
  readonly destinations: readonly Destination[] | undefined;
  /**
   * Makes a destination of the API out of what the store holds of it. Where it answers undefined, the
   * destination is left alone: it keeps what it is owed.
   */
  readonly revive?: (stored: StoredDestination) => Destination | undefined;
  /** Seals what channels remember in the store: 32 bytes. */
  readonly secretKey: Uint8Array;
  readonly links?: readonly LinkTemplate[];
  /** Networks in CIDR form that destinations may reach although they are not public. */
  readonly allow?: readonly string[];
  /** How long events are kept, in milliseconds: 30 days unless given. */
  readonly retentionMs?: number;
}

/** The dispatcher itself: events in, messages out. */
export interface Engine {
  /** See {@link Acceptance.accept}. */
  accept(posted: Posted): Promise<Accepted>;
  /**
   * Hands a call of a service to the destinations of a channel, in the order of the configuration;
   * answers the first answer, or undefined where none of them takes the call.
   */
  receive(channelType: string, call: ReceivedCall): Promise<InboundAnswer | undefined>;
  readonly destinations: Destinations;
  readonly replays: Replays;
  /** What is kept, to be read. Writing to it goes through the engine. */
  readonly kept: Pick<
    Store,
    "event" | "events" | "delivery" | "deliveries" | "replay" | "quarantined" | "quarantineList"
  >;
  /** See {@link explain}. */
  explain(asked: Asked): Promise<Explanation>;
  /** See {@link preview}; the links are those of the configuration, the moment is now. */
  preview(toRender: ToRender, destination: Destination): Preview;
  /** Asks for an attempt at once: marked as manual, it uses up no step of the schedule. */
  retry(deliveryId: string): Promise<WishResult>;
  /** Ends a delivery that is pending. */
  cancel(deliveryId: string): Promise<WishResult>;
  /** Forgets a body in quarantine; answers whether there was one. */
  releaseQuarantined(id: string): Promise<boolean>;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  /**
   * Stops claiming and waits for what is under way, at most `deadlineMs`; what is not over by then is
   * cut off and will be tried again. Closes everything but the store.
   */
  drain(deadlineMs: number): Promise<void>;
}

/** Starts delivering from a store. What the store still owes is taken up at once. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { store, clock, log } = options;
  const directory = await openDirectory(options);
  const out = outbound(addressCheck(networks(options.allow ?? [])), clock);
  const connections = new Connections(out.http, clock, log, (destinationId) =>
    channelStateOf(store, options.secretKey, destinationId),
  );
  const makeId = idMaker(clock);
  const stop = new AbortController();
  const upkeep = new Upkeep({
    store,
    clock,
    log,
    directory,
    makeId,
    retentionMs: options.retentionMs ?? DEFAULT_RETENTION_MS,
    onDeliveries: () => worker.wake(),
  });
  const worker = new Worker({
    ...options,
    connections,
    directory,
    makeId,
    links: options.links ?? [],
    stopped: stop.signal,
    onUnreachable: (ids) => upkeep.unreachable(ids),
  });
  const acceptance = new Acceptance({ store, clock, makeId, directory });
  const destinations = new Destinations({
    store,
    clock,
    directory,
    connections,
    acceptance,
    makeId,
    fingerprintOf: (destination) => fingerprintOf(destination, options.secretKey),
    onChange(id) {
      upkeep.destinationChanged(id);
      worker.wake();
    },
    onDeliveries: () => worker.wake(),
  });
  const replays = new Replays({
    store,
    clock,
    directory,
    makeId,
    onDeliveries: () => worker.wake(),
    onReplay: () => upkeep.wake(),
  });
  const woken = async <T>(result: Promise<T>): Promise<T> => {
    const done = await result;
    worker.wake();
    return done;
  };
  worker.start();
  upkeep.start();
  return {
    async accept(posted) {
      const accepted = await acceptance.accept(posted);
      log.info(logFields(accepted), "accept");
      if (accepted.kind === "accepted" && accepted.deliveries.length > 0) worker.wake();
      return accepted;
    },
    receive: (channelType, call) =>
      receive(
        directory.destinations().filter(({ channel }) => channel.type === channelType),
        call,
        { clock, connections, log, stopped: stop.signal },
      ),
    destinations,
    replays,
    kept: store,
    explain: (asked) => explain(asked, { store, clock, directory, makeId }),
    preview: (toRender, destination) =>
      preview(toRender, destination, { links: options.links ?? [], at: clock.now() }),
    retry: (deliveryId) => woken(store.retry(deliveryId, clock.now())),
    cancel: (deliveryId) => store.cancel(deliveryId, "it was cancelled on request"),
    releaseQuarantined: (id) => store.releaseQuarantined(id),
    ping: () => store.ping(),
    async drain(deadlineMs) {
      const cancel = clock.after(deadlineMs, () => stop.abort());
      await Promise.all([worker.drain(), upkeep.stop()]);
      cancel();
      await connections.close();
      await out.close();
    },
  };
}

/** The destinations of the file and of the store, as they stand. */
async function openDirectory(options: EngineOptions): Promise<Directory> {
  const { store, clock, log, secretKey, destinations, revive } = options;
  if (destinations) {
    const named = destinations.map((one) => ({
      id: one.id,
      fingerprint: fingerprintOf(one, secretKey),
    }));
    await store.nameDestinations(named, clock.now());
  }
  const configured = new Map((destinations ?? []).map((one) => [one.id, one]));
  const directory = new Directory();
  const stored = new Map((await store.destinations()).map((one) => [one.id, one]));
  for (const [id, destination] of configured) {
    const kept = stored.get(id);
    if (kept) directory.put(destination, kept);
  }
  for (const kept of stored.values()) {
    if (kept.source === "file") continue;
    const destination = revive?.(kept);
    if (destination) directory.put(destination, kept);
    else log.error({ destination: kept.id }, "a stored destination can't be opened: it waits");
  }
  return directory;
}

/** Tells one receiver from another without saying anything of it. */
function fingerprintOf({ channel, config }: Destination, secretKey: Uint8Array): string {
  return createHmac("sha256", secretKey)
    .update(JSON.stringify([channel.type, config]))
    .digest("base64");
}

function networks(
  allow: readonly string[],
): readonly NonNullable<ReturnType<typeof parseNetwork>>[] {
  return allow.map((text) => {
    const network = parseNetwork(text);
    if (!network) throw new Error(`"${text}" is not a network in CIDR form`);
    return network;
  });
}

function logFields(accepted: Accepted): LogFields {
  const { kind: result } = accepted;
  if ("id" in accepted) {
    return { result, event: accepted.id, deliveries: accepted.deliveries.length };
  }
  return "errors" in accepted ? { result, errors: accepted.errors.length } : { result };
}
