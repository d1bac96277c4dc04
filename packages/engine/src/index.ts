export type { Accepted, Posted } from "./accept.ts";
export { parseNetwork } from "./address.ts";
export { type Clock, systemClock } from "./clock.ts";
export { type CompiledQuery, type QueryProblem, compileQuery } from "./compile-query.ts";
export type { Destination } from "./destination.ts";
export { parseDuration } from "./duration.ts";
export { type Engine, type EngineOptions, startEngine } from "./engine.ts";
export type { LinkTemplate } from "./links.ts";
export type { EngineLog, LogFields } from "./log.ts";
export { type Decision, decide } from "./match.ts";
export type { Query } from "./query.ts";
export { SEAL_KEY_BYTES, seal, unseal } from "./seal.ts";
export { openSqlite } from "./store/sqlite.ts";
export {
  type DeliveryState,
  type Store,
  StoreUnavailable,
  type StoredDelivery,
  type StoredEvent,
} from "./store/store.ts";
