import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { PersistentProducer } from "../persistent-producer.ts";
import type { Serving } from "../syncbell-child.ts";
import type { CrashReceivers } from "./receivers.ts";

/** The longest wait for a kill that comes at any moment, counted from the start, in milliseconds. */
const ANY_MOMENT_MS = 1500;
/** How long it takes to record an answer, about, in milliseconds. */
const RECORD_MS = 4;
/** How long attempts are left under way before they are cut off, at most, in milliseconds. */
const UNDER_WAY_MS = 100;
/** There are as many attempts under way that nobody answers, even just after a start. */
const MOST_HELD = 2;

/** One life of a dispatcher, from its start to its kill. */
export interface Life {
  readonly random: () => number;
  readonly served: Promise<Serving>;
  readonly producer: PersistentProducer;
  readonly receivers: CrashReceivers;
  /** What its requests say of who sent them. */
  readonly sender: string | undefined;
  /** How long a start takes at least, in milliseconds. */
  readonly startMs: number;
  /** How long it may work before its end comes near, in milliseconds. */
  readonly loadMs: number;
  readonly end: (signal: "SIGKILL" | "SIGTERM") => void;
}

/** Where a kill can fall. */
export const STAGES = ["any moment", "start", "accept", "attempt", "record", "drain"] as const;

type DispatcherStage = (typeof STAGES)[number];

/** Of a dispatcher, or of the server of the database at any moment. */
export type Stage = DispatcherStage | "server";

/** Where a kill can fall when dispatchers share a database. */
export const SHARED_STAGES: readonly Stage[] = [...STAGES, "server"];

/** For each stage, what waits for its moment from the outside and then kills. */
const KILLS: Readonly<Record<DispatcherStage, (life: Life) => Promise<void>>> = {
  async "any moment"({ random, end }: Life): Promise<void> {
    await pause(random() * ANY_MOMENT_MS);
    end("SIGKILL");
  },

  /** Half of them in the last part, where the store is opened and what was cut off is taken up. */
  async start({ random, startMs, end }: Life): Promise<void> {
    const share = random() < 0.5 ? random() : 0.8 + 0.2 * random();
    await pause(share * startMs);
    end("SIGKILL");
  },

  /** Between a post and its answer. */
  async accept(life: Life): Promise<void> {
    const { random, producer, end } = life;
    await worked(life);
    const serving = await life.served;
    do {
      await new Promise<void>((resolve) => {
        producer.onPost = (dispatcher) => dispatcher === serving && resolve();
      });
      await spin(random() * producer.answerMs);
    } while (producer.underWayAt(serving) === 0);
    end("SIGKILL");
  },

  /** While receivers have requests that they have not answered. */
  async attempt(life: Life): Promise<void> {
    const { random, receivers, sender, end } = life;
    await worked(life);
    await receivers.hold(1 + Math.floor(random() * MOST_HELD), sender);
    await pause(random() * UNDER_WAY_MS);
    end("SIGKILL");
  },

  /** Just after a receiver has answered: from within its handler, or a moment later. */
  async record(life: Life): Promise<void> {
    const { random, receivers, sender, end } = life;
    await worked(life);
    const atOnce = random() < 0.5;
    await new Promise<void>((resolve) => {
      receivers.onTaken = (by) => {
        if (by !== sender) return;
        if (atOnce) end("SIGKILL");
        resolve();
      };
    });
    await spin(random() * RECORD_MS);
    end("SIGKILL");
  },

  /** While a graceful shutdown waits for attempts, records them, or closes the store. */
  async drain(life: Life): Promise<void> {
    const { random, receivers, sender, end } = life;
    await worked(life);
    await receivers.hold(1 + Math.floor(random() * MOST_HELD), sender);
    end("SIGTERM");
    await pause(random() * UNDER_WAY_MS);
    receivers.release(random() < 0.7 ? 1 : 0, sender);
    await spin(random() * 2 * RECORD_MS);
    end("SIGKILL");
  },
};

/** Waits for the moment of a stage, and kills. */
export function killAt(stage: DispatcherStage, life: Life): Promise<void> {
  return KILLS[stage](life);
}

/** As many of these stages as there are kills, each in its share, in an order by chance. */
export function shuffledStages(
  kills: number,
  among: readonly Stage[],
  random: () => number,
): Stage[] {
  const stages = Array.from({ length: kills }, (_, n) => among[n % among.length] ?? "any moment");
  const order = new Map(stages.map((_, n) => [n, random()]));
  return [...stages.entries()]
    .toSorted(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    .map(([, stage]) => stage);
}

async function worked({ served, random, loadMs }: Life): Promise<void> {
  await served;
  await pause(random() * loadMs);
}

/** A wait that is finer than a timer's millisecond. */
async function spin(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) await nextTurn();
}
