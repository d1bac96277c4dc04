import { receiver } from "./receiver.ts";
import type { Telling } from "./rule-set.ts";
import { runDispatcher } from "./run-dispatcher.ts";

/** How many events are posted one after the other, and how many then at once. */
const ALONE = 60;
const AT_ONCE = 200;
/** The first of these are left out: the code is compiled in them. */
const WARM_UP = 20;
/** How many destinations hear of every event, beside those that hear of none. */
const HEARING = 10;

export interface AcceptTimes {
  /** From POST to 202 of an event that comes alone, in milliseconds. */
  readonly alone: readonly number[];
  /** How many events are accepted each second when many come at once. */
  readonly perSecond: number;
}

/** Posts events to a fresh dispatcher with destinations that hear of all of them, and some of none. */
export async function acceptTimes(deaf: readonly Telling[]): Promise<AcceptTimes> {
  const sink = await receiver("answers");
  const config = { url: sink.url };
  const dispatcher = await runDispatcher([
    ...Array.from({ length: HEARING }, (_, n) => ({ id: `hearing-${n}`, channel: "http", config })),
    ...deaf.map((telling, n) => ({ id: `deaf-${n}`, channel: "http", config, ...telling })),
  ]);
  try {
    const alone: number[] = [];
    for (let n = 0; n < ALONE + WARM_UP; n++) {
      const startedAt = performance.now();
      await dispatcher.post(`run-${n}`);
      if (n >= WARM_UP) alone.push(performance.now() - startedAt);
      // The next one is not to wait for what this one gave to deliver.
      await sink.until((n + 1) * HEARING);
    }
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => dispatcher.post(`rush-${n}`)));
    const perSecond = (AT_ONCE / (performance.now() - startedAt)) * 1000;
    return { alone, perSecond };
  } finally {
    await dispatcher.stop();
    await sink.close();
  }
}
