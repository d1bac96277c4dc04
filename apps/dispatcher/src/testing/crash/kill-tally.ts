import type { Taken } from "../persistent-producer.ts";
import type { Left } from "./ground.ts";
import type { Stage } from "./stages.ts";

export interface StageCount {
  readonly kills: number;
  /** Attempts that were under way at these kills, by the store. */
  readonly cutOff: number;
}

/** What each kill met, by the store that it left. */
export class KillTally {
  readonly stages: Map<Stage, StageCount> = new Map();
  /** How many kills found a delivery under way. */
  readonly cutOff: Map<string, number> = new Map();
  /** Events that had been taken and that a kill left no trace of. */
  readonly lost: string[] = [];
  kills = 0;
  #checked = 0;

  /** The ids of events that were taken since it was last asked. */
  unchecked(taken: Iterable<Taken>): readonly string[] {
    const ids = [...taken].slice(this.#checked).map(({ id }) => id);
    this.#checked += ids.length;
    return ids;
  }

  /** Counts a kill, and what it left. */
  count(stage: Stage, { cutOff, missing }: Left): void {
    this.kills++;
    this.lost.push(...missing.map((id) => `${id} is gone after kill ${this.kills}`));
    for (const id of cutOff) this.cutOff.set(id, (this.cutOff.get(id) ?? 0) + 1);
    const before = this.stages.get(stage) ?? { kills: 0, cutOff: 0 };
    this.stages.set(stage, { kills: before.kills + 1, cutOff: before.cutOff + cutOff.length });
  }
}
