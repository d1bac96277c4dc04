import { encodeTime, monotonicFactory } from "ulid";
import type { Clock } from "./clock.ts";

export type IdPrefix = "evt" | "dlv" | "dst" | "rpl" | "qrn";

/**
 * Makes ids that sort by the time they were made, also within a millisecond: `evt_01JD…`. `now` is that
 * time where it is known already, so that the id tells the same time as what it names.
 */
export type MakeId = (prefix: IdPrefix, now?: number) => string;

export function idMaker(clock: Clock): MakeId {
  const next = monotonicFactory();
  return (prefix, now = clock.now()) => `${prefix}_${next(now)}`;
}

/** The length of the part of an id that tells the time. */
const TIME_LENGTH = 10;
/** The last time that an id can tell. */
const LAST_TIME = 2 ** 48 - 1;

/** A bound between ids: those made before `time` are below it, those made at or after it above. */
export function idBound(prefix: IdPrefix, time: number): string {
  const within = Math.min(Math.max(0, Math.ceil(time)), LAST_TIME);
  return `${prefix}_${encodeTime(within, TIME_LENGTH)}`;
}
