import type { DigestEvent } from "@syncbell/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { telling } from "./testing/digest-bell.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { type MortalEngine, startMortal } from "./testing/mortal-engine.ts";
import { casesOf } from "./testing/opened-store.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { bellAt } from "./testing/running-engine.ts";
import { postRun } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const allow = ["127.0.0.0/8"];

interface Config {
  /** How long a digest is, in minutes; 0 for none. */
  readonly digest: number;
  readonly isMuted: boolean;
}

type Step =
  | { readonly kind: "post"; readonly task: string; readonly status: string }
  | { readonly kind: "pass"; readonly minutes: number }
  | ({ readonly kind: "config" } & Config)
  | { readonly kind: "kill" | "pause" | "resume" | "down" | "up" | "ask" };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("post"),
      task: fc.constantFrom("a", "b", "c"),
      status: fc.constantFrom("failed", "succeeded"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("pass"),
      minutes: fc.integer({ min: 1, max: 15 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("config"),
      digest: fc.constantFrom(0, 5, 30),
      isMuted: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("kill", "pause", "resume", "down", "up", "ask"),
    }),
  },
);

/** A receiver that works or does not, and the bodies that it was sent under each key. */
interface Keeping extends Receiver {
  status: number;
  readonly bodies: ReadonlyMap<string, ReadonlySet<string>>;
  /** The keys of what it took. */
  readonly taken: ReadonlySet<string>;
}

async function startKeeping(): Promise<Keeping> {
  const bodies = new Map<string, Set<string>>();
  const taken = new Set<string>();
  const mood = { status: 200 };
  const receiver = await startReceiver((response, _, { headers, body }) => {
    const key = String(headers["x-key"]);
    bodies.set(key, (bodies.get(key) ?? new Set()).add(body));
    if (mood.status === 200) taken.add(key);
    response.writeHead(mood.status).end();
  });
  return Object.assign(mood, receiver, { bodies, taken });
}

/** Muted, it is from half past ten, half an hour after the clock begins. */
function destinationAt(url: string, { digest, isMuted }: Config): Destination {
  const mute = { hours: "10:30-11:15", timezone: "UTC", drops: false };
  return {
    ...bellAt(url, "ops", telling()),
    ...(digest > 0 ? { digest: { windowMs: digest * MINUTE } } : {}),
    ...(isMuted ? { mute } : {}),
  };
}

/** An engine that lives on through steps, whatever they do to it. */
class Life {
  readonly receiver: Keeping;
  readonly #clock = new ManualClock();
  #running: MortalEngine | undefined;
  #destination: Destination;
  #lastDelivery: string | undefined;
  posted = 0;

  constructor(receiver: Keeping) {
    this.receiver = receiver;
    this.#destination = destinationAt(receiver.url, { digest: 10, isMuted: false });
  }

  async take(step: Step): Promise<void> {
    const running = await this.#live();
    const { engine } = running;
    if (step.kind === "post") {
      const { deliveries } = await postRun(running, step);
      this.#lastDelivery = deliveries["ops"];
      this.posted++;
    } else if (step.kind === "pass") {
      await running.pass(step.minutes * MINUTE);
    } else if (step.kind === "config") {
      this.#destination = destinationAt(this.receiver.url, step);
      await engine.configure({ destinations: [this.#destination], allow });
    } else if (step.kind === "kill") {
      await running.kill();
      this.#running = await this.#begin(running.place);
    } else if (step.kind === "ask") {
      if (this.#lastDelivery !== undefined) await engine.retry(this.#lastDelivery);
    } else if (step.kind === "up" || step.kind === "down") {
      this.receiver.status = step.kind === "up" ? 200 : 503;
    } else {
      await engine.destinations.setState("ops", step.kind === "pause" ? "paused" : "active");
    }
  }

  /** Lets come to its end what is owed. */
  async end(): Promise<void> {
    for (const kind of ["up", "resume"] as const) await this.take({ kind });
    await this.take({ kind: "config", digest: 0, isMuted: false });
    const running = await this.#live();
    await running.pass(48 * HOUR);
    await running.kill();
  }

  async #live(): Promise<MortalEngine> {
    return (this.#running ??= await this.#begin());
  }

  #begin(place?: string): Promise<MortalEngine> {
    const options = { clock: this.#clock, allow, destinations: [this.#destination] };
    return startMortal({ ...options, ...(place === undefined ? {} : { place }) });
  }
}

/** How many events a message stands for. */
function eventsIn(body: string): number {
  const { raw } = JSON.parse(body) as { readonly raw: string };
  const event = JSON.parse(raw) as Partial<DigestEvent>;
  return event.event_type === "digest" ? (event.events ?? NaN) : 1;
}

test("each event is in one message, whatever happens to digests; what is sent again is the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 30 }), async (steps) => {
      const life = new Life(await startKeeping());
      for (const step of steps) await life.take(step);
      await life.end();
      const { bodies, taken } = life.receiver;
      const messages = [...bodies].filter(([key]) => taken.has(key));
      expect(messages.filter(([, different]) => different.size > 1)).toEqual([]);
      const told = messages.map(([, [body = ""]]) => eventsIn(body));
      expect(told.reduce((sum, events) => sum + events, 0)).toBe(life.posted);
    }),
    { numRuns: casesOf(10) },
  );
}, 120_000);
