import type { News, Store } from "../store/store.ts";

let awaited = 0;
let waiting: (() => void)[] = [];

/** Whether a store was asked for something that it has not answered yet. */
export function isAsking(): boolean {
  return awaited > 0;
}

/** Resolves when every store has answered what it was asked. */
export async function answers(): Promise<void> {
  while (isAsking()) await new Promise<void>((resolve) => void waiting.push(resolve));
}

function answered(): void {
  if (--awaited > 0) return;
  const all = waiting;
  waiting = [];
  for (const resolve of all) resolve();
}

/**
 * A store over a network that {@link answers} waits for, and for what is heard when it begins to listen, so
 * that a test need not know how long it takes.
 */
export function answering(store: Store): Store {
  const verbs = Object.entries(store).map(([verb, run]) => [
    verb,
    typeof run === "function" ? counted(run as Run) : run,
  ]);
  // An engine that takes another's place may listen before the other has heard anything: nor will it then.
  let unheard = 0;
  const heard = (): void => {
    for (; unheard > 0; unheard--) answered();
  };
  return {
    ...(Object.fromEntries(verbs) as Store),
    listen(hear: (news: News) => void) {
      unheard++;
      awaited++;
      store.listen((news) => {
        hear(news);
        if (news === "deliveries") heard();
      });
    },
    async close() {
      heard();
      await store.close();
    },
  };
}

type Run = (...given: readonly unknown[]) => Promise<unknown>;

function counted(run: Run): Run {
  return async (...given) => {
    awaited++;
    try {
      return await run(...given);
    } finally {
      answered();
    }
  };
}
