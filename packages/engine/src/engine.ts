import type { InboundAnswer } from "@syncbell/core";
import { type Accepted, Acceptance, type Posted } from "./accept.ts";
import { channelStateOf } from "./channel-state.ts";
import type { Clock } from "./clock.ts";
import { type Configuration, ConfigurationInEffect } from "./configuration.ts";
import { Connections } from "./connections.ts";
import type { Destination } from "./destination.ts";
import { Destinations } from "./destinations.ts";
import { Directory } from "./directory.ts";
import { type DryRun, type DryRunOptions, dryRun } from "./dry-run.ts";
import { type Asked, type Explanation, explain } from "./explain.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { idMaker } from "./ids.ts";
import type { EngineLog, LogFields } from "./log.ts";
import { outbound } from "./outbound.ts";
import { type Preview, preview } from "./preview.ts";
import { type ReceivedCall, receive } from "./receive.ts";
import type { ToRender } from "./render.ts";
import { Replays } from "./replays.ts";
import type { WishResult } from "./store/delivery-records.ts";
import type { Store } from "./store/store.ts";
import { Upkeep } from "./upkeep.ts";
import { Worker } from "./worker.ts";

/** What an engine works with, and the configuration that it starts on. */
export interface EngineOptions extends Configuration {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Seals what channels remember in the store: 32 bytes. */
  readonly secretKey: Uint8Array;
}

/** The dispatcher itself: events in, messages out. */
export interface Engine {
  /** See {@link ConfigurationInEffect.replace}. */
  configure(next: Configuration): Promise<void>;
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
  /** See {@link dryRun}; the destinations of the API stay as they are. */
  dryRun(options: Omit<DryRunOptions, "removed">): Promise<DryRun>;
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
  const directory = new Directory();
  const out = outbound((...given) => configuration.check(...given), clock);
  const connections = new Connections(out.http, clock, log, (destinationId) =>
    channelStateOf(store, options.secretKey, destinationId),
  );
  const onChange = (id: string): void => {
    upkeep.destinationChanged(id);
    worker.wake();
  };
  const configuration = new ConfigurationInEffect({
    ...options,
    directory,
    connections,
    out,
    onChange,
  });
  const makeId = idMaker(clock);
  const stop = new AbortController();
  const upkeep = new Upkeep({
    store,
    clock,
    log,
    directory,
    makeId,
    get retentionMs() {
      return configuration.retentionMs;
    },
    onDeliveries: () => worker.wake(),
    ...(store.isShared ? { refresh: () => configuration.refresh() } : {}),
  });
  const worker = new Worker({
    ...options,
    connections,
    directory,
    makeId,
    get links() {
      return configuration.links;
    },
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
    onChange,
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
  await configuration.replace(options);
  store.listen((news) => {
    if (news === "deliveries") worker.wake();
    else configuration.refreshSoon();
  });
  worker.start();
  upkeep.start();
  return {
    configure: (next) => configuration.replace(next),
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
    dryRun: ({ subscriptions, last }) => {
      const named = new Set(subscriptions.map(({ id }) => id));
      const removed = directory
        .all()
        .filter(({ id, source }) => source === "file" && !named.has(id))
        .map(({ id }) => id);
      return dryRun({ subscriptions, removed, last }, store);
    },
    preview: (toRender, destination) =>
      preview(toRender, destination, { links: configuration.links, at: clock.now() }),
    retry: (deliveryId) => woken(store.retry(deliveryId, clock.now())),
    cancel: (deliveryId) => store.cancel(deliveryId, "it was cancelled on request"),
    releaseQuarantined: (id) => store.releaseQuarantined(id),
    ping: () => store.ping(),
    async drain(deadlineMs) {
      configuration.stop();
      const cancel = clock.after(deadlineMs, () => stop.abort());
      await Promise.all([worker.drain(), upkeep.stop()]);
      cancel();
      await connections.close();
      await out.close();
    },
  };
}

function logFields(accepted: Accepted): LogFields {
  const { kind: result } = accepted;
  if ("id" in accepted) {
    return { result, event: accepted.id, deliveries: accepted.deliveries.length };
  }
  return "errors" in accepted ? { result, errors: accepted.errors.length } : { result };
}
