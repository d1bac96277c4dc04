import { type Receiver, startReceiver } from "./receiver.ts";

/** A receiver that gives no answer before it is told to, and takes all from then on. */
export interface HoldingReceiver extends Receiver {
  readonly release: () => void;
}

/** Starts one that lives as long as the running test. */
export async function holdingReceiver(): Promise<HoldingReceiver> {
  const held: (() => void)[] = [];
  let isOpen = false;
  const receiver = await startReceiver((response) => {
    const answer = (): void => void response.end("ok");
    if (isOpen) answer();
    else held.push(answer);
  });
  const release = (): void => {
    isOpen = true;
    for (const answer of held.splice(0)) answer();
  };
  return { ...receiver, release };
}
