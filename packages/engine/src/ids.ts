import { monotonicFactory } from "ulid";
import type { Clock } from "./clock.ts";

export type IdPrefix = "evt" | "dlv";

/** Makes ids that sort by the time they were made, also within a millisecond: `evt_01JD…`. */
export type MakeId = (prefix: IdPrefix) => string;

export function idMaker(clock: Clock): MakeId {
  const next = monotonicFactory();
  return (prefix) => `${prefix}_${next(clock.now())}`;
}
