import { Kysely, PostgresDialect } from "kysely";
import { listDeliveries, listEvents, listQuarantine, quarantineById } from "../lists.ts";
import { isMigrated } from "../migrate.ts";
import {
  channelState,
  deliveryById,
  eventById,
  keepMadeSecret,
  madeSecret,
  openDigests,
  setChannelState,
} from "../queries.ts";
import type { Schema } from "../schema.ts";
import type { Store } from "../store.ts";
import { acceptEvents } from "./accept.ts";
import { claim, releaseExpired, renew } from "./claim.ts";
import { Connections } from "./connections.ts";
import { refuseCopied } from "./copy-lock.ts";
import { oweAgain } from "./deliveries.ts";
import {
  allDestinations,
  deleteDestination,
  deletedAmong,
  endOwed,
  hasten,
  nameDestinations,
  putDestination,
  setDestinationState,
} from "./destinations.ts";
import { dueDestinations } from "./due.ts";
import * as forget from "./forget.ts";
import { migratePostgres } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { Newsroom, telling } from "./news.ts";
import { knownPipeline, overduePipelines, raise } from "./pipelines.ts";
import { quarantine, releaseQuarantined } from "./quarantine.ts";
import { recordAttempts } from "./record.ts";
import { CANCEL_REPLAYS, addReplay, replayById, runningReplays, stepReplay } from "./replays.ts";
import { type Sessions, available, sessionsOn } from "./session.ts";
import { tellingsOf } from "./tellings.ts";
import { cancel, retry } from "./wishes.ts";

export interface PostgresOptions {
  /** How many connections this process may have: 10 unless given. */
  readonly connections?: number;
}

const CONNECTIONS = 10;

/**
 * Opens a store in a Postgres database, `postgres://user@host/name`, which any number of dispatchers may
 * have open: its tables are made where they are missing. Rejects where the database does not answer, or a copy
 * into it has not ended.
 */
export async function openPostgres(
  url: string,
  { connections = CONNECTIONS }: PostgresOptions = {},
): Promise<Store> {
  const pool = new Connections({ url, connections });
  const sessions = sessionsOn(pool);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pool.forKysely() }) });
  try {
    await refuseCopied(sessions);
    if (!(await isMigrated(db, MIGRATIONS))) await migratePostgres(url);
    const room = new Newsroom(url, sessions);
    return telling(storeOn(pool, sessions, db, room), room);
  } catch (error) {
    await pool.close();
    throw error;
  }
}

function storeOn(pool: Connections, sessions: Sessions, db: Kysely<Schema>, room: Newsroom): Store {
  const transaction: Sessions["transaction"] = (work) => sessions.transaction(work);
  return {
    accept: (events) => transaction((session) => acceptEvents(session, events)),
    event: (id) => available(() => eventById(db, id)),
    events: (filter, page) => available(() => listEvents(db, filter, page)),
    addDeliveries: (eventId, deliveries, now) =>
      oweAgain(
        sessions,
        deliveries.map((one) => ({ ...one, eventId })),
        now,
      ),
    forgetEvents: (...given) => transaction((session) => forget.forgetEvents(session, ...given)),
    forgetNames: (...given) => forget.forgetNames(sessions, ...given),
    pipeline: (key) => knownPipeline(sessions, key),
    tellings: async (id) => (await tellingsOf(sessions, [id])).get(id) ?? new Map(),
    overduePipelines: (...given) => overduePipelines(sessions, ...given),
    tellOverdue: (overdue, notice) =>
      transaction(async (session) => {
        const isNews = await raise(session, overdue);
        if (isNews) await acceptEvents(session, [notice]);
        return isNews;
      }),
    openDigests: (...given) => available(() => openDigests(db, ...given)),
    forgetPipelines: (...given) => forget.forgetPipelines(sessions, ...given),
    forgetTold: (...given) => forget.forgetTold(sessions, ...given),
    due: () => dueDestinations(sessions),
    claim: (request) => claim(sessions, request),
    record: (given, judge) => transaction((session) => recordAttempts(session, given, judge)),
    renew: (...given) => renew(sessions, ...given),
    releaseExpired: (now) => releaseExpired(sessions, now),
    delivery: (id) => available(() => deliveryById(db, id)),
    deliveries: (filter, page) => available(() => listDeliveries(db, filter, page)),
    retry: (...given) => retry(sessions, ...given),
    cancel: (...given) => cancel(sessions, ...given),
    expire: (...given) => forget.expire(sessions, ...given),
    hasten: (...given) => hasten(sessions, ...given),
    endOwed: (id, end) => transaction((session) => endOwed(session, id, end)),
    destinations: () => allDestinations(sessions),
    nameDestinations: (...given) => transaction((session) => nameDestinations(session, ...given)),
    putDestination: (...given) => transaction((session) => putDestination(session, ...given)),
    setDestinationState: (...given) =>
      transaction((session) => setDestinationState(session, ...given)),
    deleteDestination: (...given) => transaction((session) => deleteDestination(session, ...given)),
    deletedAmong: (ids) => deletedAmong(sessions, ids),
    addReplay: (replay) => addReplay(sessions, replay),
    replay: (id) => replayById(sessions, id),
    runningReplays: () => runningReplays(sessions),
    stepReplay: (...given) => transaction((session) => stepReplay(session, ...given)),
    forgetReplays: (...given) => forget.forgetReplays(sessions, ...given),
    cancelReplays: async (id) => void (await sessions.rows(CANCEL_REPLAYS, [id])),
    quarantine: (entry) => transaction((session) => quarantine(session, entry)),
    quarantined: (id) => available(() => quarantineById(db, id)),
    quarantineList: (page) => available(() => listQuarantine(db, page)),
    releaseQuarantined: (id) => releaseQuarantined(sessions, id),
    forgetQuarantined: (...given) => forget.forgetQuarantined(sessions, ...given),
    madeSecret: (...given) => available(() => madeSecret(db, ...given)),
    keepMadeSecret: (...given) => available(() => keepMadeSecret(db, ...given)),
    channelState: (...given) => available(() => channelState(db, ...given)),
    setChannelState: (...given) => available(() => setChannelState(db, ...given)),
    isShared: true,
    listen: (hear) => room.listen(hear),
    ping: () => available(() => pool.ping()),
    async close() {
      await room.close();
      await pool.close();
    },
  };
}
