import { expect, test } from "vitest";
import type { News, Store } from "../store/store.ts";
import { answering, answers, isAsking } from "./store-answers.ts";

/** What of a store listens: it tells what it hears to whoever asked last. */
function listener(): { readonly store: Store; readonly tell: (news: News) => void } {
  let hear: ((news: News) => void) | undefined;
  const listen = (given: typeof hear): void => void (hear = given);
  const close = (): Promise<void> => Promise.resolve();
  return {
    store: { listen, close } as unknown as Store,
    tell: (news) => hear?.(news),
  };
}

test("who listens is waited for until something is heard, also where another takes over before that", async () => {
  const { store, tell } = listener();
  const answered = answering(store);
  const heard: string[] = [];
  answered.listen((news) => heard.push(`one ${news}`));
  answered.listen((news) => heard.push(`other ${news}`));
  expect(isAsking()).toBe(true);
  tell("destinations");
  expect(isAsking()).toBe(true);
  tell("deliveries");
  await answers();
  expect(heard).toEqual(["other destinations", "other deliveries"]);
  answered.listen(() => undefined);
  await answered.close();
  await answers();
});
