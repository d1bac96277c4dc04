import type { Attempt, Host, HttpClient } from "@syncbell/core";
import { httpClient } from "./http-client.ts";

/** A host whose memory, log and clock a test can look into. */
export interface TestHost extends Host {
  readonly memory: Map<string, string>;
  readonly warnings: string[];
  /** Lets time pass, in milliseconds. */
  wait(ms: number): void;
}

export function testHost(destinationId = "ops", http: HttpClient = httpClient()): TestHost {
  const memory = new Map<string, string>();
  const warnings: string[] = [];
  let waited = 0;
  return {
    http,
    destinationId,
    memory,
    warnings,
    log: {
      debug: () => undefined,
      warn: (message, fields) => void warnings.push(message + JSON.stringify(fields ?? "")),
    },
    state: {
      get: async (name) => memory.get(name),
      set: async (name, value) => void memory.set(name, value),
      delete: async (name) => void memory.delete(name),
    },
    now: () => Date.now() + waited,
    wait: (ms) => void (waited += ms),
  };
}

/** An attempt whose deadline is far away unless a signal is given. */
export function attempt(signal: AbortSignal = new AbortController().signal): Attempt {
  return { signal, key: "dlv_01", number: 1, startedAt: Date.now() };
}
