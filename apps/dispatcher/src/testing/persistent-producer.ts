import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "./api-client.ts";
import { postSync } from "./events.ts";

/** How many posts are under way at once. */
const AT_ONCE = 12;

/** What was answered with 202, by the name of the sync that the event is about. */
export type Taken = ReadonlyMap<
  string,
  { readonly id: string; readonly deliveries: readonly { readonly id: string }[] }
>;

export interface Produced {
  readonly taken: Taken;
  /** How many posts got no answer and were made again under the same key. */
  readonly repeated: number;
}

/**
 * Posts events as a good producer does: one that gets no answer is posted again, under the same key,
 * until it is answered. `onTaken` hears how many were taken so far.
 */
export async function produce(
  count: number,
  dispatcher: () => Pick<ApiClient, "post">,
  onTaken: (taken: number) => void,
): Promise<Produced> {
  const taken = new Map<string, { id: string; deliveries: readonly { id: string }[] }>();
  let next = 1;
  let repeated = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n <= count; n = next++) {
      const sync = `sync-${n}`;
      const post = (): ReturnType<ApiClient["post"]> =>
        dispatcher().post(postSync({ sync }), { "idempotency-key": `key-${n}` });
      for (;;) {
        const answer = await post().catch(() => undefined);
        if (answer?.status === 202) {
          taken.set(sync, answer.body);
          break;
        }
        if (answer) throw new Error(`${sync} was answered ${answer.status} ${answer.text}`);
        repeated++;
        await pause(100);
      }
      onTaken(taken.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { taken, repeated };
}
