import type { Acceptance } from "./accept.ts";
import { bodyHashOf } from "./body-hash.ts";
import type { Clock } from "./clock.ts";
import type { Connections } from "./connections.ts";
import type { Destination } from "./destination.ts";
import type { Directory, Standing } from "./directory.ts";
import type { MakeId } from "./ids.ts";
import { ruleSubject } from "./rule-subject.ts";
import { sampleEvent } from "./sample-event.ts";
import type { DeliveryRef } from "./store/delivery-records.ts";
import type { Store } from "./store/store.ts";

/** How long a notice that tries a destination out is worth delivering, in milliseconds. */
const TEST_EXPIRES_MS = 60_000;
/** When it is tried again by itself, where the first attempt came to nothing, in milliseconds. */
const TEST_AGAIN_MS = 5_000;

export interface DestinationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly connections: Connections;
  readonly acceptance: Acceptance;
  readonly makeId: MakeId;
  /** Tells one receiver from another without saying anything of it. */
  readonly fingerprintOf: (destination: Destination) => string;
  /** Told of each destination that was made, changed or deleted. */
  readonly onChange: (id: string) => void;
  /** Called when something has become due. */
  readonly onDeliveries: () => void;
}

/** A test notice that is on its way. */
export interface TestNotice {
  readonly id: string;
  readonly deliveries: readonly DeliveryRef[];
}

/** The destinations, and what an operator does with them. What is done is on disk when it is answered. */
export class Destinations {
  readonly #options: DestinationsOptions;

  constructor(options: DestinationsOptions) {
    this.#options = options;
  }

  all(): readonly Standing[] {
    return this.#options.directory.all();
  }

  get(id: string): Standing | undefined {
    return this.#options.directory.get(id);
  }

  /**
   * Keeps a destination of the API, a new one or one that is kept already; `definition` is what it can
   * be made from again after a restart, sealed.
   */
  async put(destination: Destination, definition: string): Promise<Standing> {
    const { store, clock, fingerprintOf } = this.#options;
    const { id } = destination;
    const named = { id, fingerprint: fingerprintOf(destination) };
    await store.putDestination(named, definition, clock.now());
    const standing = await this.#reload(id, destination);
    if (!standing) throw new Error(`the store does not hold the destination ${id}`);
    return standing;
  }

  /** Deletes a destination; what it is owed ends as cancelled. */
  async remove(id: string): Promise<void> {
    const { store, clock, directory, connections, onChange } = this.#options;
    await store.deleteDestination(id, clock.now());
    directory.remove(id);
    connections.forget(id);
    onChange(id);
  }

  /** Pauses a destination, or makes it active again. A disabled one can't be paused. */
  async setState(id: string, state: "active" | "paused"): Promise<Standing | undefined> {
    const { store, clock, directory } = this.#options;
    if (!directory.get(id)) return undefined;
    await store.setDestinationState(id, state, clock.now());
    return this.#reload(id);
  }

  /** Sends a test notice, which is marked as one, to a destination that is not disabled. */
  async test({ destination }: Standing): Promise<TestNotice> {
    const { clock, acceptance, makeId, onDeliveries } = this.#options;
    const now = clock.now();
    const id = makeId("evt", now);
    const statuses = ["succeeded", "failed", "skipped"] as const;
    const candidates = statuses.map((status) => sampleEvent(status, destination.tenant, id, now));
    // The first that the destination would hear of, so that it is like those that it will get.
    const event =
      candidates.find((one) => destination.when?.test(ruleSubject(one)) !== false) ?? candidates[0];
    const body = Buffer.from(JSON.stringify(event));
    const delivery = {
      id: makeId("dlv", now),
      destinationId: destination.id,
      dueAt: now + TEST_AGAIN_MS,
      expiresAt: now + TEST_EXPIRES_MS,
      // Whoever tries it out waits: no pause, no hold and no backlog comes before it.
      isAskedFor: true,
    };
    await acceptance.keep({
      id,
      name: `test:${id}`,
      bodyHash: bodyHashOf(body),
      body,
      eventType: "post_sync",
      status: event?.status ?? "succeeded",
      tenantId: event?.tenant.id,
      taskId: event?.task.id,
      receivedAt: now,
      test: true,
      decisions: [
        {
          destinationId: destination.id,
          decision: "deliver",
          reason: "a test notice for this destination alone",
          unevaluable: false,
        },
      ],
      deliveries: [delivery],
    });
    onDeliveries();
    return { id, deliveries: [delivery] };
  }

  /** Takes in how a destination stands in the store, and what it is now where it was changed. */
  async #reload(id: string, changed?: Destination): Promise<Standing | undefined> {
    const { store, directory, connections, onChange } = this.#options;
    const stored = (await store.destinations()).find((one) => one.id === id);
    // Asked only now: meanwhile somebody else may have changed it, or deleted it.
    const destination = changed ?? directory.get(id)?.destination;
    if (!stored || !destination) return undefined;
    // In one turn, so that no attempt opens the old one again.
    if (changed) connections.forget(id);
    const standing = directory.put(destination, stored);
    onChange(id);
    return standing;
  }
}
