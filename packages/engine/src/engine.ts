import type { InboundAnswer } from "@syncbell/core";
import { type Accepted, Acceptance, type Posted } from "./accept.ts";
import { addressCheck, parseNetwork } from "./address.ts";
import { channelStateOf } from "./channel-state.ts";
import type { Clock } from "./clock.ts";
import { Connections } from "./connections.ts";
import type { Destination } from "./destination.ts";
import { idMaker } from "./ids.ts";
import type { LinkTemplate } from "./links.ts";
import type { EngineLog, LogFields } from "./log.ts";
import { outbound } from "./outbound.ts";
import { type ReceivedCall, receive } from "./receive.ts";
import type { Store, StoredDelivery, StoredEvent } from "./store/store.ts";
import { Worker } from "./worker.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  readonly destinations: readonly Destination[];
  /** Seals what channels remember in the store: 32 bytes. */
  readonly secretKey: Uint8Array;
  readonly links?: readonly LinkTemplate[];
  /** Networks in CIDR form that destinations may reach although they are not public. */
  readonly allow?: readonly string[];
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
  event(id: string): Promise<StoredEvent | undefined>;
  delivery(id: string): Promise<StoredDelivery | undefined>;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  /**
   * Stops claiming and waits for what is under way, at most `deadlineMs`; what is not over by then is
   * cut off and will be tried again. Closes everything but the store.
   */
  drain(deadlineMs: number): Promise<void>;
}

/** Starts delivering from a store. What the store still owes is taken up at once. */
export function startEngine(options: EngineOptions): Engine {
  const { store, clock, log } = options;
  const destinations = new Map(options.destinations.map((one) => [one.id, one]));
  const allow = (options.allow ?? []).map((text) => {
    const network = parseNetwork(text);
    if (!network) throw new Error(`"${text}" is not a network in CIDR form`);
    return network;
  });
  const out = outbound(addressCheck(allow), clock);
  const connections = new Connections(out.http, clock, log, (destinationId) =>
    channelStateOf(store, options.secretKey, destinationId),
  );
  const stop = new AbortController();
  const worker = new Worker({
    ...options,
    connections,
    links: options.links ?? [],
    stopped: stop.signal,
    destination: (id) => destinations.get(id),
  });
  const acceptance = new Acceptance({
    store,
    clock,
    makeId: idMaker(clock),
    destinations: () => destinations.values(),
  });
  worker.start();
  return {
    async accept(posted) {
      const accepted = await acceptance.accept(posted);
      log.info(logFields(accepted), "accept");
      if (accepted.kind === "accepted" && accepted.deliveries.length > 0) worker.wake();
      return accepted;
    },
    receive: (channelType, call) =>
      receive(
        options.destinations.filter(({ channel }) => channel.type === channelType),
        call,
        { clock, connections, log, stopped: stop.signal },
      ),
    event: (id) => store.event(id),
    delivery: (id) => store.delivery(id),
    ping: () => store.ping(),
    async drain(deadlineMs) {
      const cancel = clock.after(deadlineMs, () => stop.abort());
      await worker.drain();
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
