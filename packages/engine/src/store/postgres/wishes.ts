import type { DeliveryState, WishResult } from "../delivery-records.ts";
import type { Session } from "./session.ts";

/** Asks for an attempt at once. A delivery that is being sent has one already. */
export function retry(session: Session, deliveryId: string, now: number): Promise<WishResult> {
  return wish(
    session,
    deliveryId,
    `update deliveries
        set manual_at = case when manual = 0 then $2 else manual_at end, manual = manual + 1
      where id = $1 and state <> 'sending'`,
    now,
  );
}

/** Ends a delivery that is pending. */
export function cancel(session: Session, deliveryId: string, reason: string): Promise<WishResult> {
  return wish(
    session,
    deliveryId,
    `update deliveries set state = 'cancelled', manual = 0, reason = $2
      where id = $1 and state = 'pending'`,
    reason,
  );
}

async function wish(
  session: Session,
  id: string,
  update: string,
  value: unknown,
): Promise<WishResult> {
  if ((await session.changes(update, [id, value])) > 0) return { kind: "done" };
  const [row] = await session.rows<{ state: DeliveryState }>(
    "select state from deliveries where id = $1",
    [id],
  );
  return row ? { kind: "refused", state: row.state } : { kind: "unknown" };
}
