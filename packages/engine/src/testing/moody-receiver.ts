import type { Clock } from "../clock.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** A receiver whose answer a test may change as it goes on. */
export interface MoodyReceiver extends Receiver {
  /** What it answers from now on. */
  status: number;
  headers: Readonly<Record<string, string>>;
  /** When each request came in, by the engine's clock. */
  readonly times: readonly number[];
}

/** Starts one that answers 503, until it is told otherwise. */
export async function startMoody(clock: Clock): Promise<MoodyReceiver> {
  const times: number[] = [];
  const mood = { status: 503, headers: {} };
  const receiver = await startReceiver((response) => {
    times.push(clock.now());
    response.writeHead(mood.status, mood.headers).end();
  });
  return Object.assign(mood, receiver, { times });
}
