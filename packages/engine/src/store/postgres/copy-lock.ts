import { setTimeout as pause } from "node:timers/promises";
import { CopyUnfinished, UNFINISHED_COPY } from "../unfinished-copy.ts";
import type { Session } from "./session.ts";

/** The number of the lock: "syncbell", read as one. Dispatchers share it, a copy has it for itself. */
const LOCK = "8320803159675333740";

/** Keeps copies away as long as the connection lives that this is sent through. */
export const HOLD_AGAINST_COPIES: string = `select pg_try_advisory_lock_shared(${LOCK})`;

/** How long a copy waits for another one that was killed: the server ends what that had under way first. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

/** Rejects where a database is being copied, or a copy into it has not ended. */
export async function refuseCopied(session: Session): Promise<void> {
  const [found] = await session.rows<{ free: boolean }>(
    `select pg_try_advisory_xact_lock_shared(${LOCK}) as free`,
  );
  if (found?.free !== true) throw new Error("a copy of it or into it is under way");
  await refuseUnfinished(session);
}

/** Rejects with CopyUnfinished where a database holds a part of another store. */
export async function refuseUnfinished(session: Session): Promise<void> {
  if (!(await hasTable(session, UNFINISHED_COPY))) return;
  const [copy] = await session.rows<{ source: string }>(`select source from ${UNFINISHED_COPY}`);
  throw new CopyUnfinished(copy?.source ?? "another store");
}

/** Whether a database has a table. */
export async function hasTable(session: Session, table: string): Promise<boolean> {
  const [found] = await session.rows<{ known: boolean }>(
    "select to_regclass($1) is not null as known",
    [table],
  );
  return found?.known === true;
}

/**
 * Takes a database for a copy, until the connection ends. Rejects where a dispatcher has it open, or another
 * copy: also the connection `other` of this one, which has the same database then.
 */
export async function lockForCopy(session: Session, other: number | undefined): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const [taken] = await session.rows<{ done: boolean }>(
      `select pg_try_advisory_lock(${LOCK}) as done`,
    );
    if (taken?.done === true) return;
    const holders = await session.rows<{ pid: number | bigint; mode: string }>(
      `select pid, mode from pg_locks
        where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())
          and classid::bigint << 32 | objid::bigint = ${LOCK}`,
    );
    if (holders.some(({ pid }) => Number(pid) === other)) {
      throw new Error("it is the database that is copied");
    }
    if (holders.some(({ mode }) => mode === "ShareLock")) {
      throw new Error("a dispatcher has it open; stop all of its dispatchers first");
    }
    if (performance.now() >= until) throw new Error("another copy of it or into it is under way");
    await pause(PAUSE_MS);
  }
}
