import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { EXPIRED_REASON } from "../delivery-records.ts";
import { listDeliveries, listEvents, listQuarantine, quarantineById } from "../lists.ts";
import {
  channelState,
  deliveryById,
  eventById,
  keepMadeSecret,
  madeSecret,
  openDigests,
  setChannelState,
} from "../queries.ts";
import { SqliteAccept, type Stories } from "./accept.ts";
import { RELEASE, SqliteClaim } from "./claim.ts";
import { type SqliteDatabase, openDatabase, refuseUnfinished } from "./database.ts";
import { SqliteDestinations } from "./destinations.ts";
import { SqliteDigests } from "./digests.ts";
import { SqliteForget } from "./forget.ts";
import { SqlitePipelines } from "./pipelines.ts";
import { quarantine } from "./quarantine.ts";
import { SqliteRecord } from "./record.ts";
import { SqliteReplays } from "./replays.ts";
import { SqliteSuperseding } from "./superseding.ts";
import { cancel, retry } from "./wishes.ts";
import { type Store, StoreUnavailable } from "../store.ts";

/** The codes of SQLite that say: not now. The disk is full, the file is busy or can't be written. */
const UNAVAILABLE = /^SQLITE_(?:FULL|BUSY|LOCKED|IOERR|CANTOPEN|READONLY|NOMEM)/;

/** How long a verb waits for another process that holds the file, in milliseconds. */
const BUSY_MS = 2000;
/** How often it is tried meanwhile. SQLite's own wait would hold up the whole process. */
const BUSY_PAUSE_MS = 20;

/**
 * Opens a store in one SQLite file, made where it is missing, with every commit on disk before it is
 * answered. The file belongs to this process until the store is closed, so what a killed process had under
 * way is pending again at once. Rejects when another process has it, or a copy into it has not ended.
 */
export async function openSqlite(path: string): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = await openDatabase(path, refuseUnfinished);
  try {
    file.database.exec(RELEASE);
    file.database.pragma("busy_timeout = 0");
    return storeOn(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

function storeOn({ database, db, close }: SqliteDatabase): Store {
  const stories: Stories = {
    pipelines: new SqlitePipelines(database),
    digests: new SqliteDigests(database),
    superseding: new SqliteSuperseding(database),
  };
  const acceptance = new SqliteAccept(database, stories);
  const claims = new SqliteClaim(database, stories);
  const records = new SqliteRecord(database, acceptance, stories);
  const destinations = new SqliteDestinations(database);
  const replays = new SqliteReplays(database, acceptance);
  const forget = new SqliteForget(database);
  const changes = (text: string, ...values: readonly unknown[]): Promise<number> =>
    attempt(() => database.prepare(text).run(...values).changes);
  return {
    accept: (events) => attempt(() => acceptance.run(events)),
    event: (id) => eventById(db, id),
    events: (filter, page) => listEvents(db, filter, page),
    addDeliveries: (eventId, deliveries, now) =>
      attempt(() =>
        database
          .transaction(() => {
            for (const one of deliveries) acceptance.addAgain(eventId, one, now);
          })
          .immediate(),
      ),
    openDigests: (ids, now) => openDigests(db, ids, now),
    forgetEvents: (belowId, afterId, limit) =>
      attempt(() => forget.events(belowId, afterId, limit)),
    forgetNames: (time, limit) =>
      changes(
        `delete from event_names where name in
           (select name from event_names where accepted_at < ? order by accepted_at limit ?)`,
        time,
        limit,
      ),
    pipeline: (key) => attempt(() => stories.pipelines.known(key)),
    tellings: (incidentId) => attempt(() => stories.pipelines.tellings(incidentId)),
    overduePipelines: (now, limit) => attempt(() => stories.pipelines.overdue(now, limit)),
    tellOverdue: (overdue, notice) =>
      attempt(() =>
        database
          .transaction(() => {
            const isNews = stories.pipelines.raised(overdue);
            if (isNews) acceptance.acceptOne(notice);
            return isNews;
          })
          .immediate(),
      ),
    forgetPipelines: (time, limit) =>
      changes(
        `delete from pipelines where (tenant_id, task_id) in
           (select tenant_id, task_id from pipelines where heard_at < ? limit ?)`,
        time,
        limit,
      ),
    forgetTold: (time, limit) =>
      changes(
        `delete from told where (incident_id, destination_id) in
           (select incident_id, destination_id from told
             where at < ?
               and not exists
                 (select 1 from pipelines where pipelines.incident_id = told.incident_id)
               and not exists
                 (select 1 from deliveries
                   where waits_for = told.incident_id
                     and deliveries.destination_id = told.destination_id and state = 'pending')
             limit ?)`,
        time,
        limit,
      ),
    due: () => attempt(() => claims.due()),
    claim: (request) => attempt(() => claims.claim(request)),
    record: (given, judge) => attempt(() => records.record(given, judge)),
    renew: (held, leaseUntil) => attempt(() => claims.renew(held, leaseUntil)),
    releaseExpired: (now) => attempt(() => claims.releaseExpired(now)),
    delivery: (id) => deliveryById(db, id),
    deliveries: (filter, page) => listDeliveries(db, filter, page),
    retry: (id, now) => attempt(() => retry(database, id, now)),
    cancel: (id, reason) => attempt(() => cancel(database, id, reason)),
    expire: (now, limit) =>
      changes(
        `update deliveries set state = 'expired', reason = ?
          where id in (select id from deliveries
                        where state = 'pending' and expires_at is not null and expires_at <= ?
                        limit ?)`,
        EXPIRED_REASON,
        now,
        limit,
      ),
    hasten: (...given) => attempt(() => destinations.hasten(...given)),
    endOwed: (id, end) => attempt(() => destinations.endOwed(id, end)),
    destinations: () => attempt(() => destinations.all()),
    nameDestinations: (named, now) => attempt(() => destinations.name(named, now)),
    putDestination: (named, definition, now) =>
      attempt(() => destinations.put(named, definition, now)),
    setDestinationState: (id, state, now) => attempt(() => destinations.setState(id, state, now)),
    deleteDestination: (id, now) => attempt(() => destinations.delete(id, now)),
    deletedAmong: (ids) => attempt(() => destinations.deletedAmong(ids)),
    addReplay: (replay) => attempt(() => replays.add(replay)),
    replay: (id) => attempt(() => replays.get(id)),
    runningReplays: () => attempt(() => replays.running()),
    stepReplay: (id, step) => attempt(() => replays.step(id, step)),
    forgetReplays: (time, limit) =>
      changes(
        `delete from replays where id in
           (select id from replays where state <> 'running' and created_at < ? limit ?)`,
        time,
        limit,
      ),
    cancelReplays: (id) => attempt(() => replays.cancel(id)),
    quarantine: (entry) => attempt(() => quarantine(database, entry)),
    quarantined: (id) => quarantineById(db, id),
    quarantineList: (page) => listQuarantine(db, page),
    releaseQuarantined: async (id) =>
      (await changes("delete from quarantine where id = ?", id)) > 0,
    forgetQuarantined: (time, limit) =>
      changes(
        `delete from quarantine where id in
           (select id from quarantine where last_received_at < ? limit ?)`,
        time,
        limit,
      ),
    madeSecret: (destinationId, field) => madeSecret(db, destinationId, field),
    keepMadeSecret: (...given) => attempt(() => keepMadeSecret(db, ...given)),
    channelState: (destinationId, name) => channelState(db, destinationId, name),
    setChannelState: (destinationId, name, sealed) =>
      attempt(() => setChannelState(db, destinationId, name, sealed)),
    isShared: false,
    listen: () => undefined,
    ping: () => attempt(() => void database.prepare("select 1").get()),
    close: () => attempt(close),
  };
}

/**
 * Runs a verb, again while another process holds the file, but no longer than a moment. What SQLite
 * then says of a busy file, or of a full disk, becomes {@link StoreUnavailable}.
 */
async function attempt<T>(run: () => T | Promise<T>): Promise<T> {
  const until = performance.now() + BUSY_MS;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const code = error instanceof Database.SqliteError ? error.code : "";
      if (!code.startsWith("SQLITE_BUSY") || performance.now() >= until) {
        throw UNAVAILABLE.test(code) ? new StoreUnavailable(code, { cause: error }) : error;
      }
    }
    await new Promise((resolve) => void setTimeout(resolve, BUSY_PAUSE_MS));
  }
}
