import type { RunningDispatcher } from "./run-dispatcher.ts";

/** How many posts are under way at once. */
const PRODUCERS = 64;

/** Posts so many events to the dispatchers in turn, as fast as they take them. */
export async function postAll(
  running: readonly RunningDispatcher[],
  count: number,
  name: string,
): Promise<void> {
  let next = 0;
  const produce = async (): Promise<void> => {
    while (next < count) {
      const nth = next++;
      await running[nth % running.length]?.post(`${name}-${nth}`);
    }
  };
  await Promise.all(Array.from({ length: PRODUCERS }, produce));
}
