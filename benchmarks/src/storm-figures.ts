import type { SlackArrival } from "./storm-slack.ts";

/** Moments of a storm, in milliseconds by the clock of `performance`. */
export interface StormTimes {
  readonly startedAt: number;
  readonly killedAt: number;
  /** When the dispatcher that was started after the kill served. */
  readonly servedAt: number;
  /** When the last event was taken. */
  readonly postedAt: number;
}

/** What came of a storm, to be shown. Times are seconds from the first post. */
export type StormFigures = Readonly<Record<string, string | number>>;

/** Sums a storm up: `takenAt` says when each event was answered with 202, by the name of its run. */
export function stormFigures(
  { startedAt, killedAt, servedAt, postedAt }: StormTimes,
  takenAt: ReadonlyMap<string, number>,
  arrivals: readonly SlackArrival[],
): StormFigures {
  const passed = (at: number): string => ((at - startedAt) / 1000).toFixed(2);
  const to = (id: string): readonly SlackArrival[] => arrivals.filter((one) => one.to === id);
  const digests = distinct(to("digests"));
  const each = to("each");
  const said = digests.map(({ text }) => Number(/^\d+/.exec(text)?.[0]));
  const waits = [...takenAt]
    .filter(([name]) => name.startsWith("other-"))
    .map(
      ([name, at]) => (to("other").find(({ text }) => text.includes(name))?.at ?? Infinity) - at,
    );
  return {
    taken: takenAt.size,
    "in s": passed(postedAt),
    "killed at": passed(killedAt),
    "serves at": passed(servedAt),
    "taken before": [...takenAt.values()].filter((at) => at < killedAt).length,
    digests: digests.map(({ at }, n) => `${said[n]} (${passed(at)})`).join(", "),
    "in digests": said.reduce((sum, count) => sum + count, 0),
    repeats: arrivals.length - distinct(arrivals).length,
    "other ms": waits.map((ms) => ms.toFixed(0)).join(", "),
    each: each.length,
    "most in 1 s": mostWithin(each, 1000),
    "in 60 s": mostWithin(each, 60_000),
  };
}

/** Without those that came before, word for word. */
function distinct(arrivals: readonly SlackArrival[]): readonly SlackArrival[] {
  return [...new Map(arrivals.map((one) => [`${one.to} ${one.text}`, one])).values()];
}

/** The most arrivals within any time of this length, in milliseconds. */
function mostWithin(arrivals: readonly SlackArrival[], ms: number): number {
  return Math.max(
    0,
    ...arrivals.map(({ at }) => arrivals.filter((one) => one.at >= at && one.at < at + ms).length),
  );
}
