export type { Accepted, Posted } from "./accept.ts";
export { parseNetwork } from "./address.ts";
export type { Health } from "./breaker.ts";
export { type Clock, systemClock } from "./clock.ts";
export { type CompiledQuery, type QueryProblem, compileQuery } from "./compile-query.ts";
export type { Configuration } from "./configuration.ts";
export type { Destination, Subscription } from "./destination.ts";
export type { Standing } from "./directory.ts";
export { parseDuration } from "./duration.ts";
export { type Engine, type EngineOptions, startEngine } from "./engine.ts";
export { type IdPrefix, type MakeId, idBound, idMaker } from "./ids.ts";
export type { LinkTemplate } from "./links.ts";
export type { EngineLog, LogFields } from "./log.ts";
export { DECISIONS, type Decision } from "./decision.ts";
export type { DryRun } from "./dry-run.ts";
export type { DryRunChange, DryRunDifference } from "./dry-run-tally.ts";
export type { Asked, Explanation } from "./explain.ts";
export type { RunIncident } from "./incident.ts";
export { type Mute, isAlways } from "./mute.ts";
export type { TimedDecision } from "./plan.ts";
export { type Preview, preview } from "./preview.ts";
export { Rehearsal, type RehearsalOptions, type Rehearsed } from "./rehearsal.ts";
export type { RenderOptions, ToRender } from "./render.ts";
export type { Repeat } from "./tell.ts";
export type { Query } from "./query.ts";
export { LONGEST_REPLAY_MS } from "./replays.ts";
export { SEAL_KEY_BYTES, seal, unseal } from "./seal.ts";
export { type CopyOptions, type CopyProgress, copyStore } from "./store/copy/copy-store.ts";
export type { StoreToCopy } from "./store/copy/sides.ts";
export type { CopyResult, TableCount } from "./store/copy/verify.ts";
export {
  DELIVERY_STATES,
  type DeliveryFilter,
  type DeliveryRef,
  type DeliveryState,
  type StoredDelivery,
  type WishResult,
} from "./store/delivery-records.ts";
export type { StoredDestination } from "./store/destination-records.ts";
export type { EventFilter, Page, StoredEvent } from "./store/event-records.ts";
export type { Quarantined } from "./store/quarantine-records.ts";
export type { ReplayedState, StoredReplay } from "./store/replay-records.ts";
export { type PostgresOptions, openPostgres } from "./store/postgres/postgres.ts";
export { openSqlite } from "./store/sqlite/sqlite.ts";
export { type Store, StoreUnavailable } from "./store/store.ts";
export { unopened } from "./store/unopened.ts";
