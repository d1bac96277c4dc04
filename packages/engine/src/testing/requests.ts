import type { HttpFailure, HttpRequest, HttpResponse, HttpResult } from "@syncbell/core";
import { onTestFinished } from "vitest";
import { addressCheck, parseNetwork } from "../address.ts";
import { outbound } from "../outbound.ts";
import { ManualClock } from "./manual-clock.ts";

/** The networks that a test's requests may reach unless it says otherwise: loopback, and no other. */
const LOOPBACK = ["127.0.0.0/8", "::1/128"];

export type Send = (
  request: Omit<HttpRequest, "signal"> & Partial<HttpRequest>,
) => Promise<HttpResult>;

/** The guarded client, for the running test alone. Without a signal a request has no end. */
export function guardedClient(allow: readonly string[] = LOOPBACK): Send {
  const networks = allow.map((text) => {
    const network = parseNetwork(text);
    if (!network) throw new Error(`"${text}" is no network`);
    return network;
  });
  const out = outbound(addressCheck(networks), new ManualClock(1_000_000));
  onTestFinished(() => out.close());
  return (request) => out.http.request({ signal: new AbortController().signal, ...request });
}

/** A result that must be an answer. */
export function answerOf(result: HttpResult): HttpResponse {
  if (result.kind !== "response") throw new Error(`no answer: ${result.reason}`);
  return result;
}

/** A result that must be a failure. */
export function failureOf(result: HttpResult): HttpFailure {
  if (result.kind !== "failure") throw new Error(`answered ${result.status}`);
  return result;
}
