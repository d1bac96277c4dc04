import type { Taken } from "../persistent-producer.ts";
import { KilledStore } from "./killed-store.ts";
import { STAGES, type Stage } from "./stages.ts";

export interface StageCount {
  readonly kills: number;
  /** Attempts that were under way at these kills, by the store. */
  readonly cutOff: number;
}

/** What each kill met, by the store that it left. */
export class KillTally {
  readonly stages: Map<Stage, StageCount> = new Map(
    STAGES.map((stage) => [stage, { kills: 0, cutOff: 0 }]),
  );
  /** How many kills found a delivery under way. */
  readonly cutOff: Map<string, number> = new Map();
  /** Events that had been taken and that a kill left no trace of. */
  readonly lost: string[] = [];
  kills = 0;
  #checked = 0;

  /** Counts a kill. To be called before the next start; `folder` is where the store is copied to. */
  count(stage: Stage, database: string, folder: string, taken: Iterable<Taken>): void {
    this.kills++;
    const store = new KilledStore(database, folder);
    const sending = store.sending();
    const unchecked = [...taken].slice(this.#checked).map(({ id }) => id);
    this.lost.push(
      ...store.missing(unchecked).map((id) => `${id} is gone after kill ${this.kills}`),
    );
    store.close();
    this.#checked += unchecked.length;
    for (const id of sending) this.cutOff.set(id, (this.cutOff.get(id) ?? 0) + 1);
    const { kills, cutOff } = this.stages.get(stage) ?? { kills: 0, cutOff: 0 };
    this.stages.set(stage, { kills: kills + 1, cutOff: cutOff + sending.length });
  }
}
