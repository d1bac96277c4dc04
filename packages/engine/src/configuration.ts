import { isDeepStrictEqual } from "node:util";
import { type AddressCheck, addressCheck, parseNetwork } from "./address.ts";
import type { Clock } from "./clock.ts";
import type { Connections } from "./connections.ts";
import type { Destination } from "./destination.ts";
import type { Directory } from "./directory.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { LinkTemplate } from "./links.ts";
import type { EngineLog } from "./log.ts";
import type { Outbound } from "./outbound.ts";
import type { StoredDestination } from "./store/destination-records.ts";
import type { Store } from "./store/store.ts";
import { DEFAULT_RETENTION_MS } from "./upkeep.ts";

/** How long it is waited for more news of destinations, in milliseconds. */
const REFRESH_MS = 100;

/** What an engine is told to do: all of it can be changed while it runs. */
export interface Configuration {
  /**
   * The destinations of the config file. Undefined: there is no file, and what is owed to the
   * destinations of an earlier one is kept.
   */
  readonly destinations: readonly Destination[] | undefined;
  /**
   * Makes a destination of the API out of what the store holds of it. Where it answers undefined, the
   * destination is left alone: it keeps what it is owed. Asked only for those that are not open.
   */
  readonly revive?: (stored: StoredDestination) => Destination | undefined;
  readonly links?: readonly LinkTemplate[];
  /** Networks in CIDR form that destinations may reach although they are not public. */
  readonly allow?: readonly string[];
  /** How long events are kept, in milliseconds: 30 days unless given. */
  readonly retentionMs?: number;
}

export interface ConfigurationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly secretKey: Uint8Array;
  readonly directory: Directory;
  readonly connections: Connections;
  readonly out: Pick<Outbound, "renew">;
  /** Told of each destination that may have been made, changed or deleted. */
  readonly onChange: (id: string) => void;
}

/**
 * The configuration that is in effect. Another takes its place in one turn: no event is decided, and no
 * attempt is made, by a half of each.
 */
export class ConfigurationInEffect {
  readonly #options: ConfigurationOptions;
  /** Destinations of the API that are known not to open. */
  readonly #waiting = new Set<string>();
  #given: Configuration = { destinations: [] };
  #links: readonly LinkTemplate[] = [];
  #retentionMs = DEFAULT_RETENTION_MS;
  #allow: readonly string[] = [];
  #check = addressCheck([]);
  #last: Promise<void> = Promise.resolve();
  /** How destinations stood when they were last read because of others, by id. */
  #seen: ReadonlyMap<string, string> = new Map();
  #cancelRefresh: (() => void) | undefined;
  #isStopped = false;

  constructor(options: ConfigurationOptions) {
    this.#options = options;
  }

  get links(): readonly LinkTemplate[] {
    return this.#links;
  }

  /** In milliseconds. */
  get retentionMs(): number {
    return this.#retentionMs;
  }

  /** Checks addresses by the networks that are allowed now. */
  readonly check: AddressCheck = (...given) => this.#check(...given);

  /**
   * Puts another configuration in the place of this one, after those that were given before. Where it
   * rejects, this one stays in effect; the store may know the other's destinations by then, so that the
   * same or another one is to be given again.
   */
  async replace(next: Configuration): Promise<void> {
    await this.#inTurn(() => this.#putInEffect(next));
  }

  /**
   * Takes in what other dispatchers have made of the destinations, after the configurations that were
   * given before.
   */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#refresh());
  }

  /** {@link refresh}, soon, and once for all that is heard until then. What fails is done with the next. */
  refreshSoon(): void {
    if (this.#isStopped) return;
    this.#cancelRefresh ??= this.#options.clock.after(REFRESH_MS, () => {
      this.#cancelRefresh = undefined;
      this.refresh().catch((error: unknown) =>
        this.#options.log.error({ err: error }, "what others made of destinations can't be read"),
      );
    });
  }

  /** Takes in nothing more by itself. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRefresh?.();
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const before = this.#last;
    const { promise, resolve: over } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    try {
      await work();
    } finally {
      over();
    }
  }

  async #refresh(): Promise<void> {
    const { directory, connections, onChange } = this.#options;
    const { destinations = [], revive } = this.#given;
    const after = await this.#readSettled();
    // From here on in one turn. One that was given another definition elsewhere is made anew.
    const before = new Map(directory.all().map((one) => [one.id, one]));
    for (const { id, definition } of after) {
      if (before.get(id)?.definition === definition) continue;
      directory.remove(id);
      connections.forget(id);
    }
    this.#takeIn({ destinations, ...(revive ? { revive } : {}) }, after);
    const seen = new Map(after.map((one) => [one.id, `${one.state} ${one.updatedAt}`]));
    // By what was seen last, as one that can't be opened here is not in the directory.
    for (const id of new Set([...this.#seen.keys(), ...before.keys(), ...seen.keys()])) {
      if (this.#seen.get(id) !== seen.get(id)) onChange(id);
    }
    this.#seen = seen;
  }

  /** Reads the destinations, again where they were changed here meanwhile: what was read is older. */
  async #readSettled(): Promise<readonly StoredDestination[]> {
    const { store, directory } = this.#options;
    for (;;) {
      const { version } = directory;
      const stored = await store.destinations();
      if (directory.version === version) return stored;
    }
  }

  async #putInEffect(next: Configuration): Promise<void> {
    const { store, clock, secretKey, onChange } = this.#options;
    const { destinations, links = [], allow = [], retentionMs = DEFAULT_RETENTION_MS } = next;
    // What can't be read is refused before anything is kept.
    const check = addressCheck(networks(allow));
    const before = await store.destinations();
    if (destinations) {
      const named = destinations.map((one) => ({
        id: one.id,
        fingerprint: fingerprintOf(one, secretKey),
      }));
      await store.nameDestinations(named, clock.now());
    }
    const after = await store.destinations();
    // From here on in one turn.
    this.#takeIn(next, after);
    this.#given = next;
    this.#links = links;
    this.#retentionMs = retentionMs;
    this.#guard(check, allow);
    for (const id of new Set([...before, ...after].map((one) => one.id))) onChange(id);
  }

  /** Makes the directory hold the destinations of the file in their order, and then those of the API. */
  #takeIn({ destinations = [], revive }: Configuration, after: readonly StoredDestination[]): void {
    const { directory, connections } = this.#options;
    const known = new Map(directory.destinations().map((one) => [one.id, one]));
    const stored = new Map(after.map((one) => [one.id, one]));
    for (const id of known.keys()) directory.remove(id);
    for (const destination of destinations) {
      const kept = stored.get(destination.id);
      if (kept) directory.put(destination, kept);
    }
    for (const kept of after) {
      if (kept.source === "file") continue;
      const destination = known.get(kept.id) ?? revive?.(kept);
      if (destination) directory.put(destination, kept);
      this.#note(kept.id, destination !== undefined);
    }
    for (const [id, old] of known) {
      if (!isSameReceiver(old, directory.get(id)?.destination)) connections.forget(id);
    }
  }

  #note(id: string, isOpen: boolean): void {
    if (isOpen) {
      this.#waiting.delete(id);
    } else if (!this.#waiting.has(id)) {
      this.#waiting.add(id);
      this.#options.log.error(
        { destination: id },
        "a stored destination can't be opened: it waits",
      );
    }
  }

  #guard(check: AddressCheck, allow: readonly string[]): void {
    if (isDeepStrictEqual(allow, this.#allow)) return;
    this.#allow = allow;
    this.#check = check;
    this.#options.out.renew();
  }
}

/** Whether an open connection to the one serves the other too. */
function isSameReceiver(old: Destination, now: Destination | undefined): boolean {
  return old.channel === now?.channel && isDeepStrictEqual(old.config, now.config);
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
