import type { AttemptRecord, ClaimedDelivery } from "../delivery-records.ts";
import type { Store } from "../store.ts";
import { type ClaimingOptions, claim } from "./new-events.ts";
import { newAttempt, recordOf } from "./new-records.ts";

/** Claims what somebody asked for. */
export const claimManual = (
  store: Store,
  options: ClaimingOptions = {},
): Promise<readonly ClaimedDelivery[]> => claim(store, "ops", { manual: true, ...options });

export async function claimOneManual(
  store: Store,
  options?: ClaimingOptions,
): Promise<ClaimedDelivery> {
  const [claimed] = await claimManual(store, options);
  if (!claimed) throw new Error("nothing was claimed");
  return claimed;
}

/** What is recorded of a manual attempt that came to nothing. */
export function failedRecord(claimed: ClaimedDelivery): AttemptRecord {
  const { attempts, returnTo = "pending", step } = claimed;
  const attempt = newAttempt({ number: attempts + 1, outcome: "retry", manual: true });
  return recordOf(claimed, { attempt, state: returnTo, step });
}
