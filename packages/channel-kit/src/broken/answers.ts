import { type HttpResponse, type HttpResult, type Outcome, outcomeOf } from "@syncbell/core";
import { bellReading, heard } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

/** The bell that reads some statuses in its own way. */
function reading(
  statuses: (status: number) => boolean,
  read: (response: HttpResponse) => Outcome,
): BrokenChannel["channel"] {
  return bellReading((result) => {
    const own = result.kind === "response" && result.body === "" && statuses(result.status);
    return own ? read(result) : heard(result);
  });
}

const rejected = ({ status, body }: HttpResponse): Outcome => ({
  kind: "rejected",
  reason: "no",
  status,
  response: body,
});
const gone = ({ status }: HttpResponse): Outcome => ({ kind: "gone", reason: "no", status });
const retry = ({ status }: HttpResponse): Outcome => ({ kind: "retry", reason: "no", status });

const withoutAnswer = ({ status: _status, response: _response, ...rest }: Outcome): Outcome => rest;

export const answers: readonly BrokenChannel[] = [
  {
    that: "knows no success but 200",
    channel: bellReading((result: HttpResult) => {
      const other = result.kind === "response" && result.status > 200 && result.status < 300;
      return other ? rejected(result) : heard(result);
    }),
    fails: ["an answer > of 2xx is a success"],
  },
  {
    that: "hopes that a redirect will go away",
    channel: reading((status) => status >= 300 && status < 400, retry),
    fails: ["an answer > of 3xx is rejected"],
  },
  {
    that: "gives a destination up for a 404",
    channel: reading((status) => status === 404, gone),
    fails: ["an answer > of 401, 403 and 404 is unauthorized"],
  },
  {
    that: "takes a 408 as the last word",
    channel: reading((status) => status === 408, rejected),
    fails: ["an answer > of 408, 425 and 429 is tried again"],
  },
  {
    that: "sends to a destination that is gone",
    channel: reading((status) => status === 410, rejected),
    fails: ["an answer > of 410 is gone"],
  },
  {
    that: "sends a message again that was refused",
    channel: reading((status) => status === 413, retry),
    fails: ["an answer > of any other 4xx is rejected"],
  },
  {
    that: "takes a 501 as the last word",
    channel: reading((status) => status === 501, rejected),
    fails: ["an answer > of 5xx is tried again"],
  },
  {
    that: "waits for another word of success",
    channel: bellReading((result) => {
      const outcome = heard(result);
      const ok = result.kind === "response" && outcome.kind === "delivered" && result.complete;
      return ok ? { kind: "retry", reason: 'did not say "OK!"', status: result.status } : outcome;
    }),
    fails: [
      "an answer > of 2xx is a success",
      "an answer > in the service's word for success is a success",
      "a connection > can be closed, and the destination opened again",
      "two attempts at once > have each its own outcome, though the second is answered first",
    ],
  },
  {
    that: "does not listen to its service's words",
    channel: bellReading(outcomeOf),
    fails: [
      "an answer > of 404 with the words no_service is gone",
      "an answer > of 200 with the words busy is retry",
    ],
  },
  {
    that: "keeps nothing of an answer",
    channel: bellReading((result) => withoutAnswer(heard(result))),
    fails: ["an answer > is kept, with its status and what was read of its body"],
  },
  {
    that: "gives the whole answer for a reason",
    channel: bellReading((result) => {
      const outcome = heard(result);
      const lines = result.kind === "response" && result.body.includes("\n");
      return lines && "reason" in outcome ? { ...outcome, reason: result.body } : outcome;
    }),
    fails: ["an answer > becomes an outcome of the contract, which says why in one line"],
  },
  {
    that: "gives no reason",
    channel: bellReading((result) => {
      const outcome = heard(result);
      return "reason" in outcome ? { ...outcome, reason: " " } : outcome;
    }),
    fails: ["an answer > becomes an outcome of the contract, which says why in one line"],
  },
];
