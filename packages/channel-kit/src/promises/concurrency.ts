import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { type Behaviour, answers } from "../behaviour.ts";
import type { ChannelProof } from "../proof.ts";
import type { ReceivedRequest } from "../receiver.ts";
import { type SendOptions, type Trial, useTrial } from "../trial.ts";

/** How long a channel may hold a second attempt back before it counts as sending one by one. */
const ARRIVAL_MS = 1_000;

interface Held {
  readonly request: ReceivedRequest;
  readonly response: ServerResponse;
}

/** That what is under way at the same time stays apart. */
export function describeConcurrency(channel: AnyChannel, proof: ChannelProof): void {
  const success = answers(proof.answers.success);

  describe("two attempts at once", () => {
    const trial = useTrial(channel, proof);

    /** On one connection where the channel allows it, else at two destinations. */
    const pair = async (): Promise<readonly [SendOptions, SendOptions]> => {
      const { connection } = trial();
      const other = channel.limits.concurrency > 1 ? connection : await trial().connect();
      return [
        { connection, key: "dlv_first", message: await trial().message("success") },
        { connection: other, key: "dlv_second", message: await trial().message("failure") },
      ];
    };

    const bodiesAlone = async (options: SendOptions): Promise<readonly string[]> => {
      await trial().send(success, options);
      return bodies(await trial().requestsOf(() => trial().send(success, options)));
    };

    test("send each its own message", async () => {
      const [first, second] = await pair();
      const alone = [...(await bodiesAlone(first)), ...(await bodiesAlone(second))];
      const requests = await trial().requestsOf(() =>
        Promise.all([trial().send(success, first), trial().send(success, second)]),
      );
      expect(bodies(requests).toSorted()).toEqual(alone.toSorted());
    });

    test("have each its own outcome, though the second is answered first", async () => {
      const [first, second] = await pair();
      for (const each of [first, second]) await trial().send(success, each);
      const held: Held[] = [];
      const hold: Behaviour = (response, request) => void held.push({ request, response });
      const sending = [kept(trial().send(hold, first))];
      await arrivals(trial(), 1);
      sending.push(kept(trial().send(hold, second)));
      await arrivals(trial(), 1);
      const verdicts = [success, answers({ status: 500 })];
      for (const index of held.length > 1 ? [1, 0] : [0, 1]) {
        const { response, request } = held[index] ?? (await nextHeld(held, index));
        verdicts[index]?.(response, request);
        await Promise.race([sending[index], sleep(ARRIVAL_MS)]);
      }
      const kinds = (await Promise.all(sending)).map(({ kind }) => kind);
      expect(kinds).toEqual([expect.stringMatching(/^(?:delivered|accepted)$/), "retry"]);
    });
  });
}

/** A promise whose failure waits until somebody asks for it. */
function kept<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function arrivals({ receiver }: Trial, more: number): Promise<unknown> {
  return Promise.race([receiver.arrived(receiver.requests.length + more), sleep(ARRIVAL_MS)]);
}

async function nextHeld(held: readonly Held[], index: number): Promise<Held> {
  while (!held[index]) await sleep(5);
  return held[index];
}

function bodies(requests: readonly ReceivedRequest[]): readonly string[] {
  return requests.map(({ body }) => body.toString());
}
