import { channel as http } from "@syncbell/channel-http";
import { channel as slack } from "@syncbell/channel-slack";
import { LOOPBACK } from "../config-file.ts";
import { postSync } from "../events.ts";

/**
 * Two destinations that are well, of different concurrency; one that refuses every other message the
 * first time; one that never answers until it is healed.
 */
const CHANNELS = { steady: http, single: slack, flaky: http, hole: http };

export type DestinationId = "steady" | "single" | "flaky" | "hole";

export const DESTINATIONS: readonly string[] = Object.keys(CHANNELS);

/** How many attempts can be under way at once, and so how many a kill can cut off. */
export const MOST_UNDER_WAY: number = Object.values(CHANNELS).reduce(
  (sum, { limits }) => sum + limits.concurrency,
  0,
);

const RULES: Readonly<Record<DestinationId, string>> = {
  steady: "",
  // Its channel's own pace, one a second, would leave most of a run's messages waiting.
  single: ", when: { single: true }, pace: { per_second: 1000, burst: 1000 }",
  flaky: ", when: { flaky: true }",
  hole: ", when: { hole: true }",
};

/** A config with these destinations, each at a path of the receiver that is its id. */
export function crashConfig(url: string): string {
  const lines = Object.entries(CHANNELS).map(([id, { type }]) => {
    const rule = RULES[id as DestinationId];
    return `  - { id: ${id}, channel: ${type}, config: { url: "${url}/${id}" }${rule} }\n`;
  });
  return `${LOOPBACK}destinations:\n${lines.join("")}`;
}

/** Of how many events those hear one that take less than the steady one. */
const ONE_IN = { single: 4, flaky: 10, hole: 50 };

/** An event of a crash run, and who must hear of it. */
export interface CrashEvent {
  readonly body: string;
  readonly owedTo: readonly DestinationId[];
}

/** The n-th event. Only while `failing` are those told of it that fail. */
export function crashEvent(n: number, failing: boolean): CrashEvent {
  const hears = {
    single: n % ONE_IN.single === 1,
    flaky: failing && n % ONE_IN.flaky === 1,
    hole: failing && n % ONE_IN.hole === 2,
  };
  const told = (["single", "flaky", "hole"] as const).filter((id) => hears[id]);
  return { body: postSync({ sync: `sync-${n}`, ...hears }), owedTo: ["steady", ...told] };
}

/** Whether the flaky destination refuses an event the first time: never many in a row. */
export function isToBeRefused(n: number): boolean {
  return Math.floor(n / ONE_IN.flaky) % 2 === 0;
}

/** The number of the event that a message is about. */
export function eventNumberIn(message: string): number {
  return Number(/\bsync-(\d+)\b/.exec(message)?.[1]);
}
