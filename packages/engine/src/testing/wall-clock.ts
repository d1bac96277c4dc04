const QUARTER = 15 * 60_000;

/** What the clock on the wall of a time zone shows. */
export interface WallTime {
  /** The day, in a form that tells it from others. */
  readonly day: string;
  /** The minutes since midnight, as the clock shows them. */
  readonly minute: number;
}

/** Every quarter of an hour from a moment up to another, with what the clock on the wall shows then. */
export function* quarters(
  timeZone: string,
  from: number,
  to: number,
): Generator<WallTime & { readonly at: number }> {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    month: "2-digit",
    day: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  for (let at = from; at < to; at += QUARTER) {
    const [day = "", time = ""] = clock.format(at).split(", ");
    const [hour, minute] = time.split(":");
    yield { at, day, minute: Number(hour) * 60 + Number(minute) };
  }
}
