import type { AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { answers } from "../behaviour.ts";
import { startFaultyReceiver } from "../faulty-receiver.ts";
import type { ChannelProof } from "../proof.ts";
import { useTrial } from "../trial.ts";

const REDIRECTS = [300, 301, 302, 303, 307, 308] as const;

/** That a message goes where its owner said, and nowhere else. */
export function describeRedirects(channel: AnyChannel, proof: ChannelProof): void {
  describe("a redirect", () => {
    const trial = useTrial(channel, proof);

    test("to another service is not followed", async () => {
      const elsewhere = await startFaultyReceiver();
      for (const status of REDIRECTS) {
        const headers = { location: `${elsewhere.url}/` };
        await trial().send(answers({ status, headers }));
      }
      await elsewhere.close();
      expect(elsewhere.requests).toEqual([]);
    });

    test("to another path of the same service is not followed", async () => {
      for (const status of REDIRECTS) {
        const headers = { location: "/kit-elsewhere" };
        await trial().send(answers({ status, headers }));
      }
      const followed = trial().receiver.requests.filter(({ path }) => path === "/kit-elsewhere");
      expect(followed).toEqual([]);
    });
  });
}
