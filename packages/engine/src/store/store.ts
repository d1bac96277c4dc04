import type { Telling } from "../tell.ts";
import type {
  AttemptRecord,
  Claim,
  ClaimRequest,
  Claimed,
  DeliveryFilter,
  DueDestination,
  NewDelivery,
  StoredDelivery,
  WishResult,
} from "./delivery-records.ts";
import type {
  DestinationState,
  Judge,
  NamedDestination,
  Recorded,
  StoredDestination,
} from "./destination-records.ts";
import type { AcceptResult, EventFilter, NewEvent, Page, StoredEvent } from "./event-records.ts";
import type { KnownPipeline, OverduePipeline, PipelineKey } from "./pipeline-records.ts";
import type { NewQuarantined, Quarantined } from "./quarantine-records.ts";
import type { NewReplay, ReplayStep, StoredReplay } from "./replay-records.ts";

/**
 * Where everything is kept. Each verb is one transaction: when its promise resolves, what it did is
 * on disk; when it rejects, nothing was done. A store that can't take more at the moment rejects with
 * {@link StoreUnavailable}, which says where it may have been done all the same. No verb costs more the
 * more is stored, but for a long wish: those that may touch much take a limit and are called again.
 */
export interface Store
  extends
    EventStore,
    PipelineStore,
    DeliveryStore,
    DestinationStore,
    ReplayStore,
    QuarantineStore,
    SecretStore {
  /**
   * Whether other dispatchers may have the same store open. What they do is heard of by
   * {@link Store.listen} as a rule, and has to be looked for now and then besides.
   */
  readonly isShared: boolean;
  /** Tells from now on what other dispatchers have done, soon after it is on disk. */
  listen(hear: (news: News) => void): void;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  /** Closes it; may be called again. */
  close(): Promise<void>;
}

/** What another dispatcher has done: made something due, or changed how a destination stands. */
export type News = "deliveries" | "destinations";

export interface EventStore {
  /** Keeps events with their decisions and deliveries; answers one result each, in order. */
  accept(events: readonly NewEvent[]): Promise<readonly AcceptResult[]>;
  event(id: string): Promise<StoredEvent | undefined>;
  /** The newest first. Bodies, decisions and deliveries are those of {@link EventStore.event}. */
  events(filter: EventFilter, page: Page): Promise<readonly StoredEvent[]>;
  /** Owes an event that is stored to more destinations. */
  addDeliveries(eventId: string, deliveries: readonly NewDelivery[], now: number): Promise<void>;
  /**
   * Forgets events whose id is below `belowId`, of which nothing is still owed, with all that hangs on
   * them, at most `limit` after the event `afterId`; answers the last one that was looked at, or
   * undefined when there are no more.
   */
  forgetEvents(belowId: string, afterId: string, limit: number): Promise<string | undefined>;
  /** When the digests of these destinations close that are open at `now`: of several, the last one. */
  openDigests(destinationIds: readonly string[], now: number): Promise<ReadonlyMap<string, number>>;
  /** Forgets at most `limit` names of events that were given before `time`; answers how many. */
  forgetNames(time: number, limit: number): Promise<number>;
}

export interface PipelineStore {
  /** How a pipeline stands, and who was told what of the incident that goes on. */
  pipeline(key: PipelineKey): Promise<KnownPipeline>;
  /** Who was told what of an incident, by destination. */
  tellings(incidentId: string): Promise<ReadonlyMap<string, Telling>>;
  /** At most `limit` pipelines of which a run is overdue at `now`, the longest first. */
  overduePipelines(now: number, limit: number): Promise<readonly OverduePipeline[]>;
  /**
   * Keeps the notice that a run is overdue; answers false, and keeps nothing, where the run has come
   * meanwhile or it was told already.
   */
  tellOverdue(overdue: OverduePipeline, notice: NewEvent): Promise<boolean>;
  /** Forgets at most `limit` pipelines of which nothing was heard since `time`; answers how many. */
  forgetPipelines(time: number, limit: number): Promise<number>;
  /**
   * Forgets who was told of incidents that are over, where that was before `time`, at most `limit`;
   * answers how many.
   */
  forgetTold(time: number, limit: number): Promise<number>;
}

export interface DeliveryStore {
  /** Every destination that is owed something; the cost does not depend on how much that is. */
  due(): Promise<readonly DueDestination[]>;
  /**
   * Leases deliveries, the longest due first, at most `count` of each destination named, and no faster than
   * its pace, by whomever they are claimed.
   */
  claim(request: ClaimRequest): Promise<Claimed>;
  /** Records attempts, with what they say of their destinations. */
  record(records: readonly AttemptRecord[], judge: Judge): Promise<readonly Recorded[]>;
  /** Makes leases last until `leaseUntil`, where they are still held. */
  renew(claims: readonly Claim[], leaseUntil: number): Promise<void>;
  /** Makes deliveries free again whose lease ended by `now`; answers how many. */
  releaseExpired(now: number): Promise<number>;
  delivery(id: string): Promise<StoredDelivery | undefined>;
  /** The newest first. */
  deliveries(filter: DeliveryFilter, page: Page): Promise<readonly StoredDelivery[]>;
  /** Asks for an attempt at once, on top of those that are due by themselves. */
  retry(deliveryId: string, now: number): Promise<WishResult>;
  /** Ends a delivery that is pending. */
  cancel(deliveryId: string, reason: string): Promise<WishResult>;
  /** Ends what is pending and was worth delivering until `now`, at most `limit`; answers how many. */
  expire(now: number, limit: number): Promise<number>;
  /**
   * Makes due what a destination was to get later, as far as nobody tried it or asked for it; a digest stays
   * as it is, and a recovery that waits for a failure. At most `limit`; answers how many.
   */
  hasten(destinationId: string, now: number, limit: number): Promise<number>;
  /**
   * Ends what is pending for a destination and was made by `madeBy`, at most `limit`; answers how many.
   */
  endOwed(destinationId: string, end: OwedEnd): Promise<number>;
}

export interface OwedEnd {
  readonly state: "failed" | "cancelled";
  readonly reason: string;
  readonly madeBy: number;
  readonly limit: number;
}

export interface DestinationStore {
  /** All that are not deleted. */
  destinations(): Promise<readonly StoredDestination[]>;
  /**
   * Makes these the destinations of the config file; those of an earlier one are deleted.
   */
  nameDestinations(named: readonly NamedDestination[], now: number): Promise<void>;
  /**
   * Keeps a destination of the API, a new one or another definition of one: with another fingerprint it
   * starts anew, as one of the file does.
   */
  putDestination(named: NamedDestination, definition: string, now: number): Promise<void>;
  /**
   * Changes its state. One that becomes active from disabled starts anew; one that is made active
   * while it fails is probed at once, and from the first wait on.
   */
  setDestinationState(id: string, state: DestinationState, now: number): Promise<void>;
  /** Deletes a destination, and ends its replays. */
  deleteDestination(id: string, now: number): Promise<void>;
  /** Of these, the ids of destinations that were deleted. */
  deletedAmong(ids: readonly string[]): Promise<readonly string[]>;
}

export interface ReplayStore {
  addReplay(replay: NewReplay): Promise<void>;
  replay(id: string): Promise<StoredReplay | undefined>;
  /** The replays that have not ended, the oldest first. */
  runningReplays(): Promise<readonly StoredReplay[]>;
  /** Goes on with a replay by one step; answers how it stands then. */
  stepReplay(id: string, step: ReplayStep): Promise<StoredReplay | undefined>;
  /** Forgets at most `limit` replays that ended and were asked for before `time`; answers how many. */
  forgetReplays(time: number, limit: number): Promise<number>;
  /** Ends the replays of a destination. */
  cancelReplays(destinationId: string): Promise<void>;
}

export interface QuarantineStore {
  /** Keeps a body; answers the id that it has, an older one where the same body is kept already. */
  quarantine(entry: NewQuarantined): Promise<string>;
  quarantined(id: string): Promise<Quarantined | undefined>;
  /** The newest first. */
  quarantineList(page: Page): Promise<readonly Quarantined[]>;
  /** Answers whether there was one. */
  releaseQuarantined(id: string): Promise<boolean>;
  /** Forgets at most `limit` entries that last came before `time`; answers how many. */
  forgetQuarantined(time: number, limit: number): Promise<number>;
}

export interface SecretStore {
  /** A sealed secret that was made for a destination's field, if there is one. */
  madeSecret(destinationId: string, field: string): Promise<string | undefined>;
  /** Keeps such a secret, unless there is one; answers the one that is kept. */
  keepMadeSecret(
    destinationId: string,
    field: string,
    sealed: string,
    now: number,
  ): Promise<string>;
  /** A sealed text that a channel remembers for a destination. */
  channelState(destinationId: string, name: string): Promise<string | undefined>;
  /** Keeps such a text, or forgets it where `sealed` is undefined. */
  setChannelState(destinationId: string, name: string, sealed: string | undefined): Promise<void>;
}

/** How long the name of an event is remembered. */
export const NAME_WINDOW_MS: number = 24 * 60 * 60 * 1000;

/** The store can't take anything at the moment: the disk is full, or it does not answer. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  /** Whether it may have been done all the same: the connection was lost before that could be said. */
  readonly mayBeDone: boolean;

  constructor(message: string, options: ErrorOptions & { readonly mayBeDone?: boolean } = {}) {
    super(message, options);
    this.mayBeDone = options.mayBeDone ?? false;
  }
}
