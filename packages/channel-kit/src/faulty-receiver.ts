import { type Behaviour, answers } from "./behaviour.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** A {@link Receiver} that fails as it is told, and says when requests have arrived. */
export interface FaultyReceiver extends Omit<Receiver, "answer"> {
  /** What the next requests meet: `answers()` at first. */
  behaviour: Behaviour;
  /** Resolves when so many requests have arrived in all. */
  arrived(count: number): Promise<void>;
}

/** Starts a receiver. Close it when done, or the process does not end. */
export async function startFaultyReceiver(
  behaviour: Behaviour = answers(),
): Promise<FaultyReceiver> {
  const plain = await startReceiver();
  const { url, requests } = plain;
  let waiting: readonly { readonly count: number; readonly resolve: () => void }[] = [];
  plain.answer = (response, request) => {
    receiver.behaviour(response, request);
    const due = waiting.filter(({ count }) => count <= requests.length);
    waiting = waiting.filter((each) => !due.includes(each));
    for (const { resolve } of due) resolve();
  };
  const receiver: FaultyReceiver = {
    url,
    requests,
    behaviour,
    arrived: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting = [...waiting, { count, resolve }];
      }),
    close: () => plain.close(),
  };
  return receiver;
}
