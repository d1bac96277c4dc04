import type { AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { type Behaviour, answers, faults } from "../behaviour.ts";
import type { ChannelProof } from "../proof.ts";
import { type SendOptions, openTrial, useTrial } from "../trial.ts";

interface Fault {
  readonly that: string;
  readonly behaviour: Behaviour;
  readonly options?: SendOptions;
}

const duringRequest: SendOptions = { firesAfter: "request" };
const duringBody: SendOptions = { firesAfter: "status" };

const NO_WHOLE_ANSWER: readonly Fault[] = [
  { that: "hangs before it answers", behaviour: faults.hangs(), options: duringRequest },
  {
    that: "drips headers without an end",
    behaviour: faults.dripsHeaders(),
    options: duringRequest,
  },
  { that: "sends headers that are too large", behaviour: faults.floodsHeaders() },
  { that: "resets the connection", behaviour: faults.resets() },
  { that: "closes the connection without a word", behaviour: faults.hangsUp() },
  { that: "speaks something that is not HTTP", behaviour: faults.talksGarbage() },
  { that: "breaks off within a 200", behaviour: faults.breaksOff(200) },
  { that: "breaks off within a 503", behaviour: faults.breaksOff(503) },
  { that: "stalls in the body of a 503", behaviour: faults.stallsInBody(503), options: duringBody },
  { that: "never ends the body of a 503", behaviour: faults.neverEnds(503) },
];

/** The receiver said that it has the message; what else it wanted to say is of no weight. */
const unfinished = (status: number): readonly Fault[] => [
  {
    that: "stalls in the body of a 2xx",
    behaviour: faults.stallsInBody(status),
    options: duringBody,
  },
  { that: "never ends the body of a 2xx", behaviour: faults.neverEnds(status) },
];

/** That a service which does not answer is a matter for the schedule, and soon over. */
export function describeNetwork(channel: AnyChannel, proof: ChannelProof): void {
  describe("a service that", () => {
    const trial = useTrial(channel, proof);

    test.each(NO_WHOLE_ANSWER)("$that is tried again", async ({ behaviour, options }) => {
      expect(await trial().send(behaviour, options)).toMatchObject({ kind: "retry" });
    });

    test("refuses the connection is tried again", async () => {
      const closed = await openTrial(channel, proof);
      await closed.receiver.close();
      try {
        expect(await closed.send(answers())).toMatchObject({ kind: "retry" });
      } finally {
        await closed.close();
      }
    });

    const { status } = proof.answers.success;
    test.each(unfinished(status === 204 ? 200 : status))(
      "$that has the message",
      async ({ behaviour, options }) => {
        expect(await trial().send(behaviour, options)).toMatchObject({
          kind: expect.stringMatching(/^(?:delivered|accepted)$/),
        });
      },
    );
  });
}
