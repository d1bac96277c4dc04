import type { DeliveryAnswer } from "./api-client.ts";
import { postSync } from "./events.ts";
import { type RunningDispatcher, startRunning } from "./running-dispatcher.ts";

/** What the address of a receiver ends in: nothing of it is ever to be shown. */
export const SECRET_PART = "/hooks/s3cret-path?key=s3cret-key";

/** A destination of a config, but for its id. */
export interface Target {
  readonly channel: string;
  readonly config: object;
}

/**
 * How the first attempt at a delivery ended, and what became of the delivery. A machine that is slow
 * may have made the next attempts too before this is read: they are taken to have ended alike.
 */
export interface FirstEnd {
  readonly state: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly reason: string | null;
  readonly response: string | null;
  readonly durationMs: number;
  /** How many attempts were made when this was read. */
  readonly attempts: number;
  /** When the last of them ended and when the next one is due, in milliseconds since the epoch. */
  readonly endedAt: number;
  readonly dueAt: number;
  /** How long after the last attempt the next one is due, in words; null where there is none. */
  readonly next: string | null;
}

/** A dispatcher that was sent one event, which every destination is told of. */
export interface ToldOnce extends RunningDispatcher {
  /** The states of all deliveries at one moment, by destination. */
  readonly states: () => Promise<Readonly<Record<string, string>>>;
  /**
   * How the first attempts at destinations end, by their ids. Makes sure of what holds for each: no
   * secret is shown, and no more than 4 KiB of an answer is kept.
   */
  readonly firstEnds: (
    destinations: readonly string[],
  ) => Promise<Readonly<Record<string, FirstEnd>>>;
}

interface ListedDelivery {
  readonly id: string;
  readonly destination_id: string;
  readonly state: string;
}

/** Tells these destinations, each by its id, of one event. They may be on this machine. */
export async function tellOnce(targets: Readonly<Record<string, Target>>): Promise<ToldOnce> {
  const destinations = Object.entries(targets).map(([id, target]) => ({ id, ...target }));
  const network = { allow: ["127.0.0.0/8", "::1"] };
  const running = await startRunning({ config: JSON.stringify({ network, destinations }) });
  const { id: eventId } = (await running.post(postSync())).body;
  const listed = async (): Promise<readonly ListedDelivery[]> =>
    (await running.call("GET", `/v1/events/${eventId}`)).body.deliveries;
  const ids = new Map((await listed()).map((one) => [one.destination_id, one.id]));
  return {
    ...running,
    states: async () =>
      Object.fromEntries((await listed()).map((one) => [one.destination_id, one.state])),
    async firstEnds(names) {
      const ends: [string, FirstEnd][] = [];
      for (const name of names) {
        ends.push([name, firstEnd(name, await running.attempted(ids.get(name) ?? "", 1))]);
      }
      if (running.log.join("\n").includes("s3cret")) throw new Error("the log shows a secret");
      return Object.fromEntries(ends);
    },
  };
}

function firstEnd(name: string, delivery: DeliveryAnswer): FirstEnd {
  const { state, attempts, due_at } = delivery;
  const [first] = attempts;
  const last = attempts.at(-1);
  if (!first || !last) throw new Error(`${name} was not told`);
  if (JSON.stringify(delivery).includes("s3cret")) throw new Error(`${name} shows a secret`);
  if ((first.response ?? "").length > 4096) throw new Error(`${name} keeps a long answer`);
  const { outcome, status, reason, response, duration_ms: durationMs } = first;
  const endedAt = Date.parse(last.started_at) + last.duration_ms;
  const dueAt = Date.parse(due_at);
  const next = state === "pending" ? inWords(dueAt - endedAt, attempts.length) : null;
  const told = { state, outcome, status, reason, response, durationMs };
  return { ...told, attempts: attempts.length, endedAt, dueAt, next };
}

const SECOND = 1000;

/** The waits after the first attempts, in milliseconds. */
const SCHEDULE = [5 * SECOND, 30 * SECOND, 120 * SECOND];

/** The longest that the reckoning of the next attempt may come after the last one, in milliseconds. */
export const RECKONING: number = 2 * SECOND;

/** The least and the most that the schedule puts off what comes after so many attempts. */
export function scheduled(attempts: number): readonly [least: number, most: number] {
  const wait = SCHEDULE[attempts - 1] ?? Number.NaN;
  return [wait, wait * 1.2 + RECKONING];
}

function inWords(wait: number, attempts: number): string {
  const isWithin = ([least, most]: readonly [number, number]): boolean =>
    wait >= least && wait <= most;
  if (isWithin(scheduled(attempts))) return "as scheduled";
  if (isWithin([600 * SECOND, 720 * SECOND + RECKONING])) return "10 min";
  return isWithin([7200 * SECOND, 7200 * SECOND + RECKONING]) ? "2 h" : `${wait} ms`;
}
