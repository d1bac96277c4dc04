import type { Connection } from "@syncbell/core";
import { type BellMessage, bell, bellWith, heard, ring } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

const CLOSES = "a connection > can be closed, and the destination opened again";

export const attempts: readonly BrokenChannel[] = [
  {
    that: "tries again by itself",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        const result = await ring(config, host, message, attempt);
        const again = result.kind === "response" && result.status === 429;
        return heard(again ? await ring(config, host, message, attempt) : result);
      },
    })),
    fails: ["an attempt > tries once and leaves it to the schedule to try again"],
  },
  {
    that: "signs the message that it was given",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        Object.assign(message, { from: "Syncbell" });
        return heard(await ring(config, host, message, attempt));
      },
    })),
    fails: ["an attempt > leaves the message as it was rendered"],
  },
  {
    that: "makes a key of its own for every attempt",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        const key = `${attempt.key}-${attempt.number}`;
        return heard(await ring(config, host, message, { ...attempt, key }));
      },
    })),
    fails: ["an attempt > carries the key of its delivery, the same on every attempt"],
  },
  {
    that: "throws when it is closed",
    channel: {
      ...bell,
      async connect(config, host) {
        const close = (): Promise<void> => Promise.reject(new Error("not open"));
        return { ...(await bell.connect(config, host)), close };
      },
    },
    fails: [CLOSES],
  },
  {
    that: "does not come back when it is closed",
    channel: {
      ...bell,
      async connect(config, host) {
        const close = (): Promise<void> => new Promise(() => undefined);
        return { ...(await bell.connect(config, host)), close };
      },
    },
    fails: [CLOSES],
  },
  {
    that: "listens to everybody",
    channel: {
      ...bell,
      inbound: { path: "/api/bell", maxBytes: 100_000 },
      async connect(config, host): Promise<Connection> {
        const receive = async (): Promise<{ status: number }> => ({ status: 200 });
        return { ...(await bell.connect(config, host)), receive };
      },
    },
    fails: ["a call to its path > by a stranger is refused or passed on, and never thrown at"],
  },
  {
    that: "has room for one message alone",
    channel: bellWith((config, host) => {
      let current: BellMessage;
      return {
        async send(message, attempt) {
          current = message;
          await host.state.get("paused");
          return heard(await ring(config, host, current, attempt));
        },
      };
    }),
    fails: ["two attempts at once > send each its own message"],
  },
  {
    that: "has room for one answer alone",
    channel: bellWith((config, host) => {
      let latest: ReturnType<typeof ring>;
      return {
        async send(message, attempt) {
          const own = ring(config, host, message, attempt);
          latest = own;
          await own;
          return heard(await latest);
        },
      };
    }),
    fails: [
      "two attempts at once > have each its own outcome, though the second is answered first",
    ],
  },
];
