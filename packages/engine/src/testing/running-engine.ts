import { onTestFinished } from "vitest";
import type { Destination } from "../destination.ts";
import { type Engine, type EngineOptions, startEngine } from "../engine.ts";
import type { EngineLog, LogFields } from "../log.ts";
import { SEAL_KEY_BYTES } from "../seal.ts";
import type { StoredDelivery } from "../store/delivery-records.ts";
import type { Store } from "../store/store.ts";
import { type Bell, bell } from "./bell-channel.ts";
import { type EventFields, bytesOf, postSync } from "./events.ts";
import { ManualClock, settle } from "./manual-clock.ts";
import { newPlace, openStore } from "./opened-store.ts";
import { until } from "./until.ts";

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** An engine on a store of its own, with a clock that stands still. */
export interface RunningEngine {
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: ManualClock;
  /** Where the store is, so that it can be opened again. */
  readonly place: string;
  readonly log: readonly LogLine[];
  /** Posts an event; answers the ids of the deliveries that it made. */
  readonly post: (fields?: EventFields) => Promise<readonly string[]>;
  /** Waits until a delivery has as many attempts on record, and answers it. */
  readonly attempted: (deliveryId: string, attempts: number) => Promise<StoredDelivery>;
  /** Waits until a delivery is in a state, and answers it. */
  readonly reached: (deliveryId: string, state: StoredDelivery["state"]) => Promise<StoredDelivery>;
  /** A delivery as it stands. */
  readonly delivery: (deliveryId: string) => Promise<StoredDelivery>;
  /** Waits until no attempt is under way: all that can come of what has happened has come of it. */
  readonly quiet: () => Promise<void>;
  /**
   * Lets time pass in steps, and waits after each until no attempt is under way. A step goes on to
   * when the next delivery is due and its destination not held, or is `step` long.
   */
  readonly pass: (ms: number, step?: number) => Promise<void>;
}

export interface RunningOptions extends Partial<Omit<EngineOptions, "clock" | "log">> {
  readonly clock?: ManualClock;
  readonly place?: string;
}

/** A destination that is reached by a bell. */
export function bellAt(url: string, id = "ops", channel: Bell = bell()): Destination {
  return { id, channel, config: { url, token: "token-of-the-bell" } };
}

/** Starts an engine that lives as long as the running test. It may reach loopback and nothing else. */
export async function startRunning(options: RunningOptions): Promise<RunningEngine> {
  const { clock = new ManualClock(), ...others } = options;
  const { place = options.store ? "" : await newPlace() } = options;
  const log: LogLine[] = [];
  const store = options.store ?? (await openStore(place));
  const counted = countAttempts(store);
  const engine = await startEngine({
    random: () => 0,
    secretKey: Buffer.alloc(SEAL_KEY_BYTES, 7),
    allow: ["127.0.0.0/8"],
    destinations: [],
    ...others,
    store: counted.store,
    clock,
    log: logInto(log),
  });
  onTestFinished(async () => {
    const over = new AbortController();
    const drained = engine.drain(0).finally(() => over.abort());
    await clock.advance(0);
    // What hangs is cut off after some seconds.
    for (let second = 0; second < 5 && !over.signal.aborted; second++) await clock.advance(1000);
    await drained;
    await store.close();
  });
  let posted = 0;
  const delivery = async (id: string): Promise<StoredDelivery> => {
    const found = await engine.kept.delivery(id);
    if (!found) throw new Error(`there is no delivery ${id}`);
    return found;
  };
  const quiet = async (): Promise<void> => {
    for (let busy = true; busy; busy = counted.underWay() > 0) {
      await until(() => counted.underWay() === 0);
      await settle();
    }
  };
  const hop = async (): Promise<number> => {
    const times = (await store.due()).map(({ destinationId, dueAt = 0 }) =>
      Math.max(dueAt, engine.destinations.get(destinationId)?.health.holdUntil ?? 0),
    );
    return Math.min(...times.filter((time) => time > clock.now())) - clock.now();
  };
  return {
    engine,
    store,
    clock,
    place,
    log,
    async post(fields) {
      const event = postSync({ sync: `sync-${++posted}`, ...fields });
      const accepted = await engine.accept({ bytes: bytesOf(event) });
      if (accepted.kind !== "accepted") throw new Error(`the event is ${accepted.kind}`);
      return accepted.deliveries.map(({ id }) => id);
    },
    delivery,
    quiet,
    async pass(ms, step) {
      const end = clock.now() + ms;
      await quiet();
      while (clock.now() < end) {
        await clock.skip(Math.min(step ?? (await hop()), end - clock.now()));
        await quiet();
      }
    },
    async attempted(id, attempts) {
      await until(async () => (await delivery(id)).attempts.length >= attempts);
      return delivery(id);
    },
    async reached(id, state) {
      await until(async () => (await delivery(id)).state === state);
      return delivery(id);
    },
  };
}

/** Stops an engine, and starts one on what it left behind. */
export async function restarted(
  { engine, store, clock, place }: RunningEngine,
  options: RunningOptions,
): Promise<RunningEngine> {
  const drained = engine.drain(0);
  await clock.advance(0);
  await drained;
  await store.close();
  return startRunning({ clock, place, ...options });
}

/** A store, and how many attempts were claimed and are not recorded. */
function countAttempts(store: Store): { store: Store; underWay: () => number } {
  let underWay = 0;
  return {
    underWay: () => underWay,
    store: {
      ...store,
      async claim(request) {
        const claimed = await store.claim(request);
        underWay += claimed.deliveries.length;
        return claimed;
      },
      async record(records, judge) {
        const recorded = await store.record(records, judge);
        underWay -= records.length;
        return recorded;
      },
    },
  };
}

function logInto(lines: LogLine[]): EngineLog {
  const at =
    (level: string) =>
    (fields: LogFields, message: string): void =>
      void lines.push({ level, message, fields });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
