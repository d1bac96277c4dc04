import type { HttpResult, Outcome } from "@syncbell/core";
import { bellReading, heard } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

/** The bell that reads Retry-After in its own way. */
function waiting(afterMs: (header: string) => number | undefined): BrokenChannel["channel"] {
  return bellReading((result: HttpResult): Outcome => {
    const outcome = heard(result);
    const header = result.kind === "response" ? result.headers["retry-after"] : undefined;
    if (outcome.kind !== "retry" || header === undefined) return outcome;
    const { afterMs: _afterMs, ...rest } = outcome;
    const own = afterMs(header);
    return own === undefined ? rest : { ...rest, afterMs: own };
  });
}

const IN_SECONDS = "Retry-After > is waited for in seconds";
const IN_PARTS = "Retry-After > is waited for in parts of seconds";
const AS_DATE = "Retry-After > is waited for as a date";
const WITHOUT_USE = "Retry-After > is as if it were not there when it is past or can't be read";

export const retryAfters: readonly BrokenChannel[] = [
  {
    that: "does not wait",
    channel: waiting(() => undefined),
    fails: [IN_SECONDS, IN_PARTS, AS_DATE],
  },
  {
    that: "takes milliseconds for seconds",
    channel: waiting((header) => (/^\d/.test(header) ? Number(header) : undefined)),
    fails: [IN_SECONDS, IN_PARTS, AS_DATE, WITHOUT_USE],
  },
  {
    that: "reads numbers alone, whatever they are",
    channel: waiting((header) => Number(header) * 1000),
    fails: [AS_DATE, WITHOUT_USE],
  },
  {
    that: "reads whole seconds alone",
    channel: waiting((header) => Number.parseInt(header, 10) * 1000 || undefined),
    fails: [IN_PARTS, AS_DATE, WITHOUT_USE],
  },
];
