import type { AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { answers, faults } from "../behaviour.ts";
import type { ChannelProof } from "../proof.ts";
import { closing, useTrial } from "../trial.ts";
import { within } from "../within.ts";
import { marksOf } from "./wire.ts";

const CLOSE_MS = 1_000;

/** What one attempt does, and what it leaves alone. */
export function describeAttempts(channel: AnyChannel, proof: ChannelProof): void {
  const success = answers(proof.answers.success);

  describe("an attempt", () => {
    const trial = useTrial(channel, proof);

    test("goes through the client of its host alone", async () => {
      const { client, receiver } = trial();
      const connection = await trial().connect();
      const sent = await trial().requestsOf(() => trial().send(success, { connection }));
      expect(sent).not.toEqual([]);
      expect(receiver.requests).toHaveLength(client.requests.length);
    });

    test("tries once and leaves it to the schedule to try again", async () => {
      await trial().send(success);
      const once = await trial().requestsOf(() => trial().send(success));
      for (const fault of [answers({ status: 500 }), answers({ status: 429 }), faults.resets()]) {
        const requests = await trial().requestsOf(() =>
          trial()
            .send(fault)
            .catch(() => undefined),
        );
        expect(requests.length).toBeLessThanOrEqual(once.length);
      }
    });

    test("says a failure and does not throw it", async () => {
      const thrown: unknown[] = [];
      const statuses = [204, 302, 400, 404, 500].map((status) => answers({ status }));
      const broken = [faults.resets(), faults.hangsUp(), faults.talksGarbage()];
      for (const each of [...statuses, ...broken]) {
        await trial()
          .send(each)
          .catch((error: unknown) => thrown.push(error));
      }
      expect(thrown).toEqual([]);
    });

    test("whose signal has fired before it begins is over at once, and tried again", async () => {
      const requests = await trial().requestsOf(async () => {
        const outcome = await trial().send(success, { signal: AbortSignal.abort() });
        expect(outcome).toMatchObject({ kind: "retry" });
      });
      expect(requests).toEqual([]);
    });

    test("leaves the message as it was rendered", async () => {
      const message = await trial().message();
      const before = structuredClone(message);
      await trial().send(success, { message });
      expect(message).toEqual(before);
    });

    // Only who drops repeats needs to know one: for the others there is no such test.
    const keys = channel.limits.dropsRepeats ? ["dlv_kit"] : [];
    test.each(keys)("carries the key of its delivery, the same on every attempt", async (key) => {
      const sent = async (ofDelivery: string, number: number): Promise<ReadonlySet<string>> => {
        const startedAt = trial().host.now() + number * 5_000;
        const options = { key: ofDelivery, number, startedAt };
        return marksOf(await trial().requestsOf(() => trial().send(success, options)));
      };
      await sent(key, 1);
      const [first, second] = [await sent(key, 2), await sent(key, 3)];
      const other = await sent(`${key}_other`, 2);
      const own = [...first].filter((mark) => second.has(mark) && !other.has(mark));
      expect(own, "what two attempts share that another delivery has not").not.toEqual([]);
    });
  });

  describe("a connection", () => {
    const trial = useTrial(channel, proof);

    test("can be closed, and the destination opened again", async () => {
      const connection = await trial().connect();
      await trial().send(success, { connection });
      await within(closing(connection), CLOSE_MS, "close");
      const again = await trial().connect();
      expect(await trial().send(success, { connection: again })).toMatchObject({
        kind: expect.stringMatching(/^(?:delivered|accepted)$/),
      });
    });
  });
}
