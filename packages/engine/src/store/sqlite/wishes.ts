import type { Database } from "better-sqlite3";
import type { DeliveryState, WishResult } from "../delivery-records.ts";

/** Asks for an attempt at once. A delivery that is being sent has one already. */
export function retry(database: Database, deliveryId: string, now: number): WishResult {
  return wish(
    database,
    deliveryId,
    `update deliveries
        set manual_at = case when manual = 0 then ? else manual_at end, manual = manual + 1
      where id = ? and state <> 'sending'`,
    now,
  );
}

/** Ends a delivery that is pending. */
export function cancel(database: Database, deliveryId: string, reason: string): WishResult {
  return wish(
    database,
    deliveryId,
    `update deliveries set state = 'cancelled', manual = 0, reason = ?
      where id = ? and state = 'pending'`,
    reason,
  );
}

function wish(database: Database, id: string, update: string, value: unknown): WishResult {
  if (database.prepare(update).run(value, id).changes > 0) return { kind: "done" };
  const row = database
    .prepare<[string], { state: DeliveryState }>("select state from deliveries where id = ?")
    .get(id);
  return row ? { kind: "refused", state: row.state } : { kind: "unknown" };
}
