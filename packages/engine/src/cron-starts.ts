import type { CronSchedule } from "@syncbell/core";
import { Cron } from "croner";
import { type CronTexts, cronPattern, cronTexts } from "./cron-pattern.ts";

/** Of what a schedule says, the longest text that is read: all minutes of an hour one by one are 169. */
const LONGEST_TEXT = 400;
/** How many schedules are remembered; each is a few hundred characters. */
const MOST_KNOWN = 300;
/** How many answers of a schedule: an event asks for the next start, for the one after it, and of now. */
const MOST_ANSWERS = 4;
const HOUR = 60 * 60_000;
/** How far a clock on a wall is from UTC at most. */
const FARTHEST_ZONE = 14 * HOUR;

/** What was found for a moment; it holds for every one from that on up to `until`. */
interface Answer {
  readonly from: number;
  readonly until: number;
  readonly start: number | undefined;
}

/**
 * When cron schedules begin runs. Remembers what it found, as pipelines share their schedules, and is
 * asked inside the transaction that keeps an event: a search goes to the end of the next year and no
 * farther, as a pipeline that is silent longer is forgotten before the run is overdue.
 */
export class CronStarts {
  readonly #known = new Map<string, readonly Answer[]>();
  #searches = 0;

  /** How often a schedule was read and searched so far. */
  get searches(): number {
    return this.#searches;
  }

  /** How many schedules are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /**
   * The first start after a moment, in milliseconds since the epoch. Undefined where there is none by
   * the end of the next year, or the schedule can't be read.
   */
  next(schedule: CronSchedule, after: number): number | undefined {
    const texts = cronTexts(schedule);
    const timezone = schedule.timezone?.trim() || "UTC";
    const all = [timezone, ...Object.values(texts)];
    if (all.some((text) => text.length > LONGEST_TEXT)) return undefined;
    const key = JSON.stringify([timezone, texts]);
    const answers = this.#known.get(key) ?? [];
    const known = answers.find(({ from, until }) => from <= after && after < until);
    const answer = known ?? this.#search(texts, timezone, after);
    // What was asked for last is at the end, and goes last.
    this.#known.delete(key);
    this.#known.set(key, known ? answers : [answer, ...answers.slice(0, MOST_ANSWERS - 1)]);
    if (this.#known.size > MOST_KNOWN) this.#known.delete([...this.#known.keys()][0] ?? "");
    return answer.start;
  }

  #search(texts: CronTexts, timezone: string, after: number): Answer {
    this.#searches++;
    const years = { from: yearOf(after - FARTHEST_ZONE), to: yearOf(after + FARTHEST_ZONE) + 1 };
    const pattern = cronPattern(texts, years);
    const start = pattern === undefined ? undefined : nextBy(pattern, timezone, after);
    // Of none, this holds as long as the same years are searched.
    const until = start ?? Date.UTC(years.to, 0, 1) - FARTHEST_ZONE;
    return { from: after, until, start };
  }
}

function yearOf(moment: number): number {
  return new Date(moment).getUTCFullYear();
}

function nextBy(pattern: string, timezone: string, after: number): number | undefined {
  try {
    const cron = new Cron(pattern, {
      // The library keeps something for each spelling of a zone that it meets.
      timezone: new Intl.DateTimeFormat("en", { timeZone: timezone }).resolvedOptions().timeZone,
      paused: true,
      // A day of the month and one of the week that are given together must both fit.
      domAndDow: true,
    });
    return cron.nextRun(new Date(after))?.getTime();
  } catch {
    return undefined;
  }
}
