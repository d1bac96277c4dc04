import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { News, Store } from "../store.ts";
import { CONNECT_MS } from "./connections.ts";
import { HOLD_AGAINST_COPIES } from "./copy-lock.ts";
import type { Session } from "./session.ts";

const CHANNEL = "syncbell";
/** How long news are gathered before they are told: each telling is a commit that others wait for. */
const GATHER_MS = 25;
/** How long it is waited before a connection that was lost is made again, in milliseconds. */
const AGAIN_MS = 1_000;

/** How often it is made sure that a connection over which nothing comes still leads somewhere. */
const PROBE_EVERY_MS = 10_000;
/** How long it is waited for the answer, in milliseconds. */
const PROBE_MS = 5_000;
/** How long it is waited for the end of a connection, in milliseconds. */
const END_MS = 1_000;

/** Tells other dispatchers what this one does, and hears of what they do. */
export class Newsroom {
  readonly #url: string;
  readonly #session: Session;
  /** What this one tells is not told to itself. */
  readonly #self = randomUUID();
  readonly #untold = new Set<News>();
  #timer: NodeJS.Timeout | undefined;
  #client: pg.Client | undefined;
  #hear: ((news: News) => void) | undefined;
  #isClosed = false;

  constructor(url: string, session: Session) {
    this.#url = url;
    this.#session = session;
  }

  /** Tells others soon. What can't be told is found by those who look for it. */
  tell(news: News): void {
    this.#untold.add(news);
    if (this.#timer || this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#tell(), GATHER_MS);
  }

  /** Hears of others from now on, over a connection of its own that is made again when it is lost. */
  listen(hear: (news: News) => void): void {
    this.#hear = hear;
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const ended = this.#client?.end().catch(() => undefined);
    await Promise.race([ended, pause(END_MS, undefined, { ref: false })]);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const news = [...this.#untold];
    this.#untold.clear();
    const payload = `${this.#self} ${news.join(" ")}`;
    await this.#session.rows("select pg_notify($1, $2)", [CHANNEL, payload]).catch(() => undefined);
  }

  async #connect(): Promise<void> {
    if (this.#isClosed) return;
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: PROBE_MS,
      keepAlive: true,
      application_name: "syncbell news",
    });
    this.#client = client;
    let isLost = false;
    const again = (): void => {
      if (isLost) return;
      isLost = true;
      clearInterval(probing);
      client.end().catch(() => undefined);
      if (!this.#isClosed) setTimeout(() => void this.#connect(), AGAIN_MS).unref();
    };
    const probe = (): void => void client.query("select 1").catch(again);
    let probing: NodeJS.Timeout | undefined;
    client.on("error", again);
    client.on("end", again);
    client.on("notification", ({ payload = "" }) => {
      const [from, ...news] = payload.split(" ");
      if (from !== this.#self) for (const one of news) this.#hear?.(one as News);
    });
    try {
      await client.connect();
      await client.query(HOLD_AGAINST_COPIES);
      await client.query(`listen ${CHANNEL}`);
      probing = setInterval(probe, PROBE_EVERY_MS).unref();
      // What was told before is not told again.
      for (const news of ["destinations", "deliveries"] as const) this.#hear?.(news);
    } catch {
      again();
    }
  }
}

/** A store that tells others what is done with it. */
export function telling(store: Store, room: Pick<Newsroom, "tell">): Store {
  const due = async <T>(done: Promise<T>, isNews: (result: T) => boolean): Promise<T> => {
    const result = await done;
    if (isNews(result)) room.tell("deliveries");
    return result;
  };
  const changed = async (done: Promise<void>): Promise<void> => {
    await done;
    room.tell("destinations");
  };
  const any = (): boolean => true;
  const some = (count: number): boolean => count > 0;
  return {
    ...store,
    accept: (events) =>
      due(store.accept(events), (results) =>
        results.some((one) => one.kind === "accepted" && one.deliveries.length > 0),
      ),
    addDeliveries: (...given) => due(store.addDeliveries(...given), any),
    tellOverdue: (...given) => due(store.tellOverdue(...given), Boolean),
    async record(...given) {
      const recorded = await store.record(...given);
      if (recorded.some(({ judgement }) => judgement !== undefined)) {
        room.tell("destinations");
        room.tell("deliveries");
      }
      return recorded;
    },
    releaseExpired: (now) => due(store.releaseExpired(now), some),
    retry: (...given) => due(store.retry(...given), ({ kind }) => kind === "done"),
    hasten: (...given) => due(store.hasten(...given), some),
    stepReplay: (...given) => due(store.stepReplay(...given), any),
    addReplay: (...given) => due(store.addReplay(...given), any),
    nameDestinations: (...given) => changed(store.nameDestinations(...given)),
    putDestination: (...given) => changed(store.putDestination(...given)),
    setDestinationState: (...given) => changed(store.setDestinationState(...given)),
    deleteDestination: (...given) => changed(store.deleteDestination(...given)),
  };
}
