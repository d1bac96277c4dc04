import { setTimeout as pause } from "node:timers/promises";
import { writeConfig } from "../config-file.ts";
import { seededRandom } from "../seeded-random.ts";
import { DESTINATIONS, crashConfig } from "./destinations.ts";
import type { CrashGround } from "./ground.ts";
import { keptIn, unfinishedIn } from "./kept-store.ts";
import { KillTally } from "./kill-tally.ts";
import { Load } from "./load.ts";
import { type CrashReport, reportOn } from "./report.ts";
import { Slot } from "./slot.ts";
import { type Stage, killAt } from "./stages.ts";

/** How long a moment to kill at may take to come, in milliseconds. */
const MOMENT_MS = 60_000;

export interface CrashOptions {
  /** Where to kill, one after the other; what is missed comes again. */
  readonly stages: readonly Stage[];
  readonly seed: number;
  readonly ground: CrashGround;
  /** How long a dispatcher may work before its end comes near, in milliseconds. */
  readonly loadMs: number;
  /** How many kills are over when the failing destinations are healed. */
  readonly healedAfter: number;
  /** Told of each kill: how many there were, and how many events were taken so far. */
  readonly onKill?: (kills: number, taken: number) => void;
}

/** Kills dispatchers under load again and again; answers what became of all that they took. */
export async function crashAgainAndAgain(options: CrashOptions): Promise<CrashReport> {
  const run = new CrashRun(options);
  try {
    return await run.toItsEnd();
  } finally {
    run.close();
  }
}

class CrashRun {
  readonly #options: CrashOptions;
  readonly #load: Load;
  readonly #tally = new KillTally();
  readonly #slots: readonly Slot[];
  readonly #mistakes: string[] = [];
  #startMs = Infinity;
  #lives = 0;

  constructor(options: CrashOptions) {
    const { ground, seed } = options;
    this.#options = options;
    const load = new Load(seed + 1, ground);
    this.#load = load;
    const nextLife = (): number => ++this.#lives;
    const onMistake = (mistake: string): void => void this.#mistakes.push(mistake);
    this.#slots = ground.folders.map(
      (folder) => new Slot({ folder, load, ground, nextLife, onMistake }),
    );
  }

  async toItsEnd(): Promise<CrashReport> {
    const { stages, seed, ground, healedAfter, onKill } = this.#options;
    const { receivers, producer, events } = this.#load;
    const config = crashConfig(await receivers.listen());
    for (const folder of ground.folders) writeConfig(folder, config);
    const left = [...stages];
    // A start that makes the store is another matter: this run is about one that is there.
    while (left[0] === "start") left.push(...left.splice(0, 1));
    await this.#allServe();
    for (let turn = 0; left.length > 0; turn++) {
      const stage = left.shift() ?? "any moment";
      const fellAt = await this.#kill(stage, turn);
      // Where the moment was missed, there is another life for it.
      if (fellAt !== stage) left.push(stage);
      if (fellAt !== undefined) onKill?.(this.#tally.kills, producer.taken.size);
      if (this.#tally.kills >= healedAfter) receivers.heal();
      if (turn > 3 * stages.length + 20) throw new Error(`never killed at: ${left.join(", ")}`);
    }
    const stuck = await this.#liveOn();
    const { arrivals } = receivers;
    const store = await keptIn(ground);
    const mistakes = this.#mistakes;
    return reportOn({
      seed,
      tally: this.#tally,
      producer,
      events,
      arrivals,
      stuck,
      store,
      mistakes,
    });
  }

  close(): void {
    for (const slot of this.#slots) slot.kill();
    this.#load.receivers.close();
    void this.#load.producer.finish();
  }

  /** Kills who is next; answers the stage in which it fell, undefined where there was none to kill. */
  async #kill(stage: Stage, turn: number): Promise<Stage | undefined> {
    if (stage === "server") return this.#crashServer();
    const slot = this.#slots[turn % this.#slots.length];
    if (!slot) throw new Error("there is no dispatcher to kill");
    // One that is to be killed in its start is started for that.
    if (stage === "start") await slot.stop();
    for (const one of this.#slots) if (one !== slot) one.filled();
    const fellAt = await this.#killAt(stage, slot);
    if (fellAt !== undefined) await this.#count(fellAt, slot.sender);
    slot.isOver();
    return fellAt;
  }

  /** Answers the stage in which the kill fell; undefined where the dispatcher had ended by itself. */
  async #killAt(stage: Exclude<Stage, "server">, slot: Slot): Promise<Stage | undefined> {
    const { producer, receivers } = this.#load;
    const { served, ended, startMs, end } = slot.filled();
    const { sender } = slot;
    slot.isToEnd();
    const random = seededRandom(this.#options.seed + 2 + this.#lives);
    const { loadMs } = this.#options;
    const life = {
      random,
      served,
      producer,
      receivers,
      sender,
      startMs: this.#startMs,
      loadMs,
      end,
    };
    await inTime(killAt(stage, life), stage);
    const { code, stderr } = await ended;
    const took = startMs();
    this.#startMs = Math.min(this.#startMs, took ?? Infinity);
    if (code === 0) return undefined;
    if (code !== null) throw new Error(`the dispatcher ended with ${code}: ${stderr}`);
    return stage === "start" && took !== undefined ? "any moment" : stage;
  }

  async #crashServer(): Promise<Stage> {
    const { ground, seed, loadMs } = this.#options;
    const random = seededRandom(seed + 2 + this.#lives + this.#tally.kills);
    // One that starts while there is no database ends, and is to be started again by somebody else.
    await this.#allServe();
    await pause(random() * loadMs);
    await ground.crashServer?.(random);
    await this.#count("server", undefined);
    return "server";
  }

  async #count(stage: Stage, sender: string | undefined): Promise<void> {
    const { producer, receivers } = this.#load;
    const taken = this.#tally.unchecked(producer.taken.values());
    const { arrivals } = receivers;
    const left = await this.#options.ground.look({ sender, arrivals, taken });
    this.#tally.count(stage, left);
  }

  async #allServe(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.filled().served));
  }

  /** The last lives, until all is delivered or never will be; answers what is stuck. */
  async #liveOn(): Promise<readonly string[]> {
    const { ground } = this.#options;
    await this.#allServe();
    const [serving] = this.#load.serving;
    this.#load.receivers.heal();
    // As an operator does who has mended a receiver: what is failing is not waited for.
    for (const id of DESTINATIONS) await serving?.call("POST", `/v1/destinations/${id}/resume`);
    const since = Date.now();
    await this.#load.producer.finish();
    let left = await unfinishedIn(ground, since);
    while (left.open > left.stuck.length) {
      await pause(100);
      left = await unfinishedIn(ground, since);
    }
    await Promise.all(this.#slots.map((slot) => slot.stop()));
    return left.stuck;
  }
}

async function inTime(moment: Promise<void>, stage: Stage): Promise<void> {
  const over = new AbortController();
  const late = pause(MOMENT_MS, "late", { signal: over.signal }).catch(() => "in time");
  const first = await Promise.race([moment, late]);
  over.abort();
  if (first === "late")
    throw new Error(`in ${MOMENT_MS} ms there was no moment to kill at: ${stage}`);
}
