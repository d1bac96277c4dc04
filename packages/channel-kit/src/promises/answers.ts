import {
  type AnyChannel,
  type Json,
  type Outcome,
  type OutcomeKind,
  cleanLine,
  cut,
} from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { answers } from "../behaviour.ts";
import { outcomeSchema } from "../outcome-schema.ts";
import type { ChannelProof, ServiceAnswer } from "../proof.ts";
import { useTrial } from "../trial.ts";
import { STATUSES, STATUS_MEANINGS } from "../status-meanings.ts";

/** A failure stays one though the service says its word for success: for these it is tried. */
const FAILURES: ReadonlySet<number> = new Set([300, 307, 400, 401, 404, 410, 429, 500, 503]);

const SUCCESSES: readonly OutcomeKind[] = ["delivered", "accepted"];

/** That every answer has the consequence which the contract gives it. */
export function describeAnswers(channel: AnyChannel, proof: ChannelProof): void {
  const { success, words = [] } = proof.answers;
  const { body: word = "" } = success;
  const exact = words.flatMap(({ status, ...rest }) =>
    typeof status === "number" ? [{ status, ...rest }] : [],
  );
  const ownKinds = (status: number, body: string): readonly OutcomeKind[] | undefined => {
    const own = exact.find((each) => each.status === status && (each.body ?? body) === body);
    if (own) return [own.outcome];
    if (status === success.status && body === word) return SUCCESSES;
    const ofClass = words.find((each) => each.status === `${Math.floor(status / 100)}xx`);
    return ofClass && [ofClass.outcome];
  };

  describe("an answer", () => {
    const trial = useTrial(channel, proof);
    const read = async (answer: ServiceAnswer, message?: Json): Promise<Outcome> =>
      trial().send(answers(answer), { message: message ?? (await trial().message()) });

    /** A status that can't carry the word for success is read as one whose body is empty. */
    const expected = async (
      status: number,
      body: string,
      kinds: readonly OutcomeKind[],
    ): Promise<readonly OutcomeKind[]> => {
      const own = ownKinds(status, body);
      if (own) return own;
      return status === 204 && word !== "" ? [(await read({ status: 200 })).kind] : kinds;
    };

    test.each(STATUS_MEANINGS)("$sentence", async ({ holds, kinds }) => {
      const message = await trial().message();
      const wrong: string[] = [];
      for (const status of STATUSES.filter(holds)) {
        for (const body of bodiesFor(status, word)) {
          const due = await expected(status, body, kinds);
          const { kind } = await read({ status, body }, message);
          if (!due.includes(kind)) wrong.push(`${status} "${body}": ${kind}, not ${due.join()}`);
        }
      }
      expect(wrong).toEqual([]);
    });

    test("in the service's word for success is a success", async () => {
      expect(SUCCESSES).toContain((await read(success)).kind);
    });

    const named = exact.map((each) => ({ ...each, named: nameOf(each) }));
    test.each(named)("$named is $outcome", async ({ outcome, ...answer }) => {
      expect(await read(answer)).toMatchObject({ kind: outcome });
    });

    test("is kept, with its status and what was read of its body", async () => {
      for (const status of [400, 500]) {
        const answer = { status, body: "in the service's words" };
        expect(await read(answer)).toMatchObject({ status, response: answer.body });
      }
      expect(await read(success)).toMatchObject({ status: success.status });
    });

    test("becomes an outcome of the contract, which says why in one line", async () => {
      const plain = [301, 400, 401, 404, 410, 503].map((status) => ({ status }));
      for (const answer of [success, ...exact, ...plain]) {
        const outcome = await read({ body: "first\nsecond", ...answer });
        const problems = outcomeSchema.safeParse(outcome).error?.issues ?? [];
        expect(problems, `of the outcome of ${JSON.stringify(answer)}`).toEqual([]);
      }
    });
  });
}

const LONGEST_NAME = 60;

function nameOf({ status, body }: ServiceAnswer): string {
  return `of ${status}${body === undefined ? "" : ` with the words ${cut(cleanLine(body), LONGEST_NAME)}`}`;
}

/** A 2xx comes with the word for success, since without it a service may not mean one. */
function bodiesFor(status: number, word: string): Iterable<string> {
  if (status >= 200 && status < 300) return [word];
  return new Set(FAILURES.has(status) ? ["", word] : [""]);
}
