import type { Clock } from "./clock.ts";
import type { Directory } from "./directory.ts";
import type { MakeId } from "./ids.ts";
import type { EngineLog } from "./log.ts";
import { overdueEvent } from "./own-events.ts";
import type { Store } from "./store/store.ts";

/** How long after a time in which no run could be heard of none is told overdue: producers try again. */
const CATCH_UP_MS = 10 * 60_000;

export interface OverdueNoticesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly directory: Directory;
  readonly makeId: MakeId;
  /** Called when a notice was kept: it may have made deliveries. */
  readonly onDeliveries: () => void;
}

/** Tells of the pipelines whose run has not come in time; of none while it may be that it could not. */
export class OverdueNotices {
  readonly #options: OverdueNoticesOptions;
  /** When it was last so that no run could be heard of. */
  #deafAt = -Infinity;

  constructor(options: OverdueNoticesOptions) {
    this.#options = options;
  }

  /** Says that up to now no run could be heard of: nothing is told for the next ten minutes. */
  wasDeaf(): void {
    this.#deafAt = this.#options.clock.now();
  }

  /** Tells of at most `limit` of them; answers for how many it was time, 0 while nothing is told. */
  async step(limit: number): Promise<number> {
    const { store, clock, directory, makeId, onDeliveries, log } = this.#options;
    // A clock that is set back must not make it wait longer.
    if (Math.abs(clock.now() - this.#deafAt) < CATCH_UP_MS) return 0;
    const overdue = await store.overduePipelines(clock.now(), limit);
    for (const one of overdue) {
      const notice = overdueEvent(one, clock.now(), {
        makeId,
        destinations: () => directory.destinations(),
        stateOf: (id) => directory.get(id)?.state,
      });
      if (!(await store.tellOverdue(one, notice))) continue;
      const { tenantId: tenant, taskId: task } = one;
      log.warn({ event: notice.id, tenant, task }, notice.eventType);
      onDeliveries();
    }
    return overdue.length;
  }
}
