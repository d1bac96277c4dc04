import type { AnyChannel, Connection, InboundAnswer, InboundCall } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import type { ChannelProof } from "../proof.ts";
import { useTrial } from "../trial.ts";
import { within } from "../within.ts";

const STRANGERS: readonly Omit<InboundCall, "signal">[] = [
  { headers: {}, body: "" },
  { headers: { "content-type": "application/json" }, body: "{" },
  { headers: { "content-type": "application/json" }, body: "[null]" },
  { headers: { "content-type": "application/json" }, body: '{"type":"message","text":"hello"}' },
  { headers: { authorization: "Bearer stranger" }, body: `"${"x".repeat(10_000)}"` },
];

/** That a door which a channel opens to its service stays shut for everybody else. */
export function describeInbound(channel: AnyChannel, proof: ChannelProof): void {
  if (channel.inbound === undefined) return;

  describe("a call to its path", () => {
    const trial = useTrial(channel, proof);

    test("by a stranger is refused or passed on, and never thrown at", async () => {
      const { connection } = trial();
      for (const call of STRANGERS) {
        const status = (await answerTo(connection, call))?.status ?? 400;
        expect(status, `of the answer to ${call.body.slice(0, 40)}`).toBeGreaterThanOrEqual(400);
        expect(status, `of the answer to ${call.body.slice(0, 40)}`).toBeLessThan(500);
      }
    });
  });
}

/** How long a service that calls is made to wait, in milliseconds. */
const DUE_MS = 5_000;

async function answerTo(
  connection: Connection,
  call: Omit<InboundCall, "signal">,
): Promise<InboundAnswer | undefined> {
  const answering = connection.receive?.({ ...call, signal: AbortSignal.timeout(DUE_MS) });
  return within(Promise.resolve(answering), DUE_MS, "receive");
}
