import type { FirstEnd } from "./told-once.ts";

/** What a first attempt is to come to. The answer that is kept counts where it is given. */
export type ExpectedEnd = Pick<FirstEnd, "state" | "outcome" | "status" | "reason" | "next"> &
  Partial<FirstEnd>;

export function delivered(status = 200, more: Partial<FirstEnd> = {}): ExpectedEnd {
  return { state: "delivered", outcome: "delivered", status, reason: null, next: null, ...more };
}

/** The service has taken the message and will not say what became of it. */
export function accepted(status = 202): ExpectedEnd {
  return { ...delivered(status), outcome: "accepted" };
}

/** To be tried again 5 s later, or when `more` says. */
export function retried(
  reason: string,
  status: number | null = null,
  more: Partial<FirstEnd> = {},
): ExpectedEnd {
  return { state: "pending", outcome: "retry", status, reason, next: "as scheduled", ...more };
}

export function rejected(status: number, reason = `answered ${status}`): ExpectedEnd {
  return { state: "failed", outcome: "rejected", status, reason, next: null };
}

export function gone(status = 410, reason = `answered ${status}`): ExpectedEnd {
  return { ...rejected(status, reason), outcome: "gone" };
}

/** To be tried again on the slow part of the schedule. */
export function unauthorized(status: number, reason = `answered ${status}`): ExpectedEnd {
  return { state: "pending", outcome: "unauthorized", status, reason, next: "10 min" };
}
