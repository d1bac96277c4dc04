import { type TestHost, testHost as hostOfKit, testHttpClient } from "@syncbell/channel-kit";
import type { Attempt, HttpClient } from "@syncbell/core";

/** The kit's host, with the machine's time: calls to a bot carry tokens that are good for an hour. */
export function testHost(destinationId = "ops", http: HttpClient = testHttpClient()): TestHost {
  return hostOfKit({ http, destinationId, now: Date.now() });
}

/** An attempt whose deadline is far away unless a signal is given. */
export function attempt(signal: AbortSignal = new AbortController().signal): Attempt {
  return { signal, key: "dlv_01", number: 1, startedAt: Date.now() };
}
