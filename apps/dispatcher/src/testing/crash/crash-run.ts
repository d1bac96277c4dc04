import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { writeConfig } from "../config-file.ts";
import { seededRandom } from "../seeded-random.ts";
import { DESTINATIONS, crashConfig } from "./destinations.ts";
import { keptIn, unfinishedIn } from "./kept-store.ts";
import { KillTally } from "./kill-tally.ts";
import { Load } from "./load.ts";
import { type MortalDispatcher, startMortal } from "./mortal-dispatcher.ts";
import { type CrashReport, reportOn } from "./report.ts";
import { type Stage, killAt, shuffledStages } from "./stages.ts";

/** How long a moment to kill at may take to come, in milliseconds. */
const MOMENT_MS = 60_000;

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** An empty folder, for the one dispatcher that is killed again and again. */
  readonly folder: string;
  /** How long a dispatcher may work before its end comes near, in milliseconds. */
  readonly loadMs: number;
  /** How many kills are over when the failing destinations are healed. */
  readonly healedAfter: number;
  /** Told of each kill: how many there were, and how many events were taken so far. */
  readonly onKill?: (kills: number, taken: number) => void;
}

/** Kills a dispatcher under load again and again; answers what became of all that it took. */
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
  readonly #database: string;
  #dispatcher: MortalDispatcher | undefined;
  #startMs = Infinity;
  #lives = 0;

  constructor(options: CrashOptions) {
    this.#options = options;
    this.#database = join(options.folder, "data", "syncbell.db");
    this.#load = new Load(options.seed + 1);
  }

  async toItsEnd(): Promise<CrashReport> {
    const { kills, seed, folder, healedAfter, onKill } = this.#options;
    const { receivers, producer, events } = this.#load;
    writeConfig(folder, crashConfig(await receivers.listen()));
    const left = shuffledStages(kills, seededRandom(seed));
    // A start that makes the store is another matter: this run is about one that is there.
    while (left[0] === "start") left.push(...left.splice(0, 1));
    for (let stage = left.shift(); stage !== undefined; stage = left.shift()) {
      const fellAt = await this.#liveAndDie(stage);
      // Where the moment was missed, there is another life for it.
      if (fellAt !== stage) left.push(stage);
      if (fellAt !== undefined) {
        this.#tally.count(fellAt, this.#database, join(folder, "killed"), producer.taken.values());
        onKill?.(this.#tally.kills, producer.taken.size);
      }
      if (this.#tally.kills >= healedAfter) receivers.heal();
      if (this.#lives > 3 * kills + 20) throw new Error(`never killed at: ${left.join(", ")}`);
    }
    const stuck = await this.#liveOn();
    const { arrivals } = receivers;
    const store = keptIn(this.#database);
    return reportOn({ seed, tally: this.#tally, producer, events, arrivals, stuck, store });
  }

  close(): void {
    this.#dispatcher?.end("SIGKILL");
    this.#load.receivers.close();
    void this.#load.producer.finish();
  }

  #start(): MortalDispatcher {
    this.#lives++;
    this.#load.receivers.open();
    const dispatcher = startMortal(this.#options.folder);
    this.#dispatcher = dispatcher;
    dispatcher.served.then(
      (serving) => (this.#load.serving = serving),
      () => undefined,
    );
    return dispatcher;
  }

  /** Answers the stage in which the kill fell; undefined where the dispatcher had ended by itself. */
  async #liveAndDie(stage: Stage): Promise<Stage | undefined> {
    const { producer, receivers } = this.#load;
    const { served, ended, startMs, end } = this.#start();
    if (this.#lives === 1) await served;
    const random = seededRandom(this.#options.seed + 2 + this.#lives);
    const { loadMs } = this.#options;
    const life = { random, served, producer, receivers, startMs: this.#startMs, loadMs, end };
    await inTime(killAt(stage, life), stage);
    const { code, stderr } = await ended;
    this.#load.serving = undefined;
    const took = startMs();
    this.#startMs = Math.min(this.#startMs, took ?? Infinity);
    if (code === 0) return undefined;
    if (code !== null) throw new Error(`the dispatcher ended with ${code}: ${stderr}`);
    return stage === "start" && took !== undefined ? "any moment" : stage;
  }

  /** The last life, until all is delivered or never will be; answers what is stuck. */
  async #liveOn(): Promise<readonly string[]> {
    const { served } = this.#start();
    const serving = await served;
    this.#load.receivers.heal();
    // As an operator does who has mended a receiver: what is failing is not waited for.
    for (const id of DESTINATIONS) await serving.call("POST", `/v1/destinations/${id}/resume`);
    const since = Date.now();
    await this.#load.producer.finish();
    let left = unfinishedIn(this.#database, since, Date.now());
    while (left.open > left.stuck.length) {
      await pause(100);
      left = unfinishedIn(this.#database, since, Date.now());
    }
    const { code, stderr } = await serving.end("SIGTERM");
    if (code !== 0)
      throw new Error(`the dispatcher that was to stop ended with ${code}: ${stderr}`);
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
