import { isDeepStrictEqual } from "node:util";
import { type AnyChannel, type Json, type Notification, cut } from "@syncbell/core";
import { beforeAll, describe, expect, test } from "vitest";
import { ELSEWHERE_AND_LATER, HERE_AND_NOW, under } from "../circumstances.ts";
import { EXAMPLE_NAMES, exampleNotification } from "../example-notifications.ts";
import { hostileNotifications } from "../hostile-notifications.ts";
import type { ChannelProof } from "../proof.ts";
import { parsedConfig, workingConfig } from "../working-config.ts";

/** That a preview, a golden file and what is sent are one and the same, whatever the event is. */
export function describeRendering(channel: AnyChannel, proof: ChannelProof): void {
  const { given } = workingConfig(channel, proof, "http://127.0.0.1:9");
  // Anew for every message: a channel that changes it would spoil the next one.
  const configured = (): unknown => parsedConfig(channel, structuredClone(given));
  const render = (notification: Notification): Json => channel.render(notification, configured());
  // A promise, which is wrong, is one test's concern: the others look at what comes of it.
  const settled = async (notification: Notification): Promise<Json> => render(notification);

  describe("a message", () => {
    test("is made at once, without a promise", () => {
      for (const name of EXAMPLE_NAMES) {
        const message: unknown = render(exampleNotification(name));
        const isPromise = typeof message === "object" && message !== null && "then" in message;
        expect(isPromise, `of ${name}`).toBe(false);
      }
    });

    test("is made of the notification and the config alone", async () => {
      for (const name of EXAMPLE_NAMES) {
        const make = (): Promise<Json> => settled(exampleNotification(name));
        const first = await under(HERE_AND_NOW, make);
        expect(await under(HERE_AND_NOW, make), `${name}, once more`).toEqual(first);
        expect(await under(ELSEWHERE_AND_LATER, make), `${name}, elsewhere`).toEqual(first);
      }
    });

    test("leaves what it is made of as it was", () => {
      for (const name of EXAMPLE_NAMES) {
        const frozen = deepFrozen([exampleNotification(name), configured()] as const);
        expect(() => channel.render(...frozen), `of ${name}`).not.toThrow();
      }
    });

    const { made, failed } = useHostileMessages(settled);

    test("can be made of every event", () => {
      expect(Object.fromEntries(failed)).toEqual({});
    });

    test("is JSON, and the same once it was stored and read", () => {
      for (const [name, { message }] of made) {
        expect(JSON.parse(JSON.stringify(message)), `with ${name}`).toStrictEqual(message);
      }
    });

    test("splits no character where it cuts a text", () => {
      for (const [name, { message, notification }] of made) {
        if (!isWellFormed(notification)) continue;
        expect(isWellFormed(message), `${name}: ${cut(JSON.stringify(message), 500)}`).toBe(true);
      }
    });

    test("shows that it is a test", () => {
      const alike = [...made].filter(([, { message, ofTest }]) =>
        isDeepStrictEqual(message, ofTest),
      );
      expect(alike.map(([name]) => `with ${name}, a test reads like the real thing`)).toEqual([]);
    });

    const { maxBytes } = channel.limits;
    const limits = maxBytes === undefined ? [] : [maxBytes];
    test.each(limits)("keeps within the limit that the channel states, in bytes", (limit) => {
      for (const [name, { message, ofTest }] of made) {
        for (const each of [message, ofTest]) {
          const bytes = Buffer.byteLength(JSON.stringify(each));
          expect(bytes, `with ${name}`).toBeLessThanOrEqual(limit);
        }
      }
    });
  });
}

interface HostileMessage {
  readonly notification: Notification;
  readonly message: Json;
  readonly ofTest: Json;
}

/** What became of each hostile notification, and of the same as a test notice. */
function useHostileMessages(render: (notification: Notification) => Promise<Json>): {
  readonly made: ReadonlyMap<string, HostileMessage>;
  readonly failed: ReadonlyMap<string, string>;
} {
  const made = new Map<string, HostileMessage>();
  const failed = new Map<string, string>();
  beforeAll(async () => {
    const tests = hostileNotifications({ test: true });
    for (const [name, notification] of hostileNotifications()) {
      try {
        const message = await render(notification);
        const ofTest = await render(tests.get(name) ?? notification);
        made.set(name, { notification, message, ofTest });
      } catch (error) {
        failed.set(name, String(error));
      }
    }
  });
  return { made, failed };
}

function deepFrozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) deepFrozen(inner);
    Object.freeze(value);
  }
  return value;
}

/** Whether no text in a value has half of a character in it. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isWellFormed);
}
