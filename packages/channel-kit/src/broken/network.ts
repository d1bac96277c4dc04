import type { Outcome } from "@syncbell/core";
import { bell, bellReading, bellWith, heard, ring } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

const INTERIM = "an answer > of 1xx and no more is tried again";
const HANGS = "a service that > hangs before it answers is tried again";
const DRIPS = "a service that > drips headers without an end is tried again";
const BREAKS_OFF_200 = "a service that > breaks off within a 200 is tried again";
const STALLS_2XX = "a service that > stalls in the body of a 2xx has the message";
const STALLS_503 = "a service that > stalls in the body of a 503 is tried again";
const NEVER_ENDS_2XX = "a service that > never ends the body of a 2xx has the message";
const NEVER_ENDS_503 = "a service that > never ends the body of a 503 is tried again";
const FIRED_BEFORE =
  "an attempt > whose signal has fired before it begins is over at once, and tried again";

const WITHOUT_ANSWER: readonly string[] = [
  INTERIM,
  HANGS,
  DRIPS,
  "a service that > sends headers that are too large is tried again",
  "a service that > resets the connection is tried again",
  "a service that > closes the connection without a word is tried again",
  "a service that > speaks something that is not HTTP is tried again",
  "a service that > refuses the connection is tried again",
  BREAKS_OFF_200,
  "a service that > breaks off within a 503 is tried again",
  FIRED_BEFORE,
];

export const networks: readonly BrokenChannel[] = [
  {
    that: "gives up when no answer comes",
    channel: bellReading((result): Outcome =>
      result.kind === "failure" ? { kind: "rejected", reason: result.reason } : heard(result),
    ),
    fails: WITHOUT_ANSWER,
  },
  {
    that: "throws when no answer comes",
    channel: bellReading((result) => {
      if (result.kind === "failure") throw new Error(result.reason);
      return heard(result);
    }),
    fails: [...WITHOUT_ANSWER, "an attempt > says a failure and does not throw it"],
  },
  {
    that: "takes a status for an answer, though the connection broke",
    channel: bellReading((result): Outcome =>
      result.kind === "failure" && result.status === 200 ? { kind: "delivered" } : heard(result),
    ),
    fails: [BREAKS_OFF_200],
  },
  {
    that: "wants the whole of every answer",
    channel: bellReading((result): Outcome =>
      result.kind === "response" && !result.complete
        ? { kind: "rejected", reason: "the answer is not whole" }
        : heard(result),
    ),
    fails: [STALLS_2XX, NEVER_ENDS_2XX, STALLS_503, NEVER_ENDS_503],
  },
  {
    that: "does not end with its signal",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        const { signal } = new AbortController();
        return heard(await ring(config, host, message, { ...attempt, signal }));
      },
    })),
    fails: [HANGS, DRIPS, STALLS_2XX, STALLS_503, FIRED_BEFORE],
  },
  {
    that: "follows a redirect",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        const result = await ring(config, host, message, attempt);
        const location = result.kind === "response" ? result.headers["location"] : undefined;
        if (location === undefined) return heard(result);
        const { href } = new URL(location, config.url);
        return heard(await ring({ ...config, url: href }, host, message, attempt));
      },
    })),
    fails: [
      "a redirect > to another service is not followed",
      "a redirect > to another path of the same service is not followed",
    ],
  },
  {
    that: "asks on its own whether the service is there",
    channel: {
      ...bell,
      async connect(config, host) {
        await fetch(config.url);
        return bell.connect(config, host);
      },
    },
    fails: ["an attempt > goes through the client of its host alone"],
  },
];
