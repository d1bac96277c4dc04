import type {
  DestinationSource,
  DestinationState,
  StoredDestination,
} from "./destination-records.ts";
import { readHealth } from "./read-health.ts";
import type { DestinationRow } from "./schema.ts";

/** What is read of a destination: what a later version adds does not change what is answered. */
export const DESTINATION_COLUMNS: string = `id, created_at, deleted_at, source, definition, fingerprint, state,
  health, updated_at, disabled_at`;

/** All that are not deleted. */
export const ALL_DESTINATIONS: string = `select ${DESTINATION_COLUMNS} from destinations
  where deleted_at is null order by id`;

/** A destination as it is read. */
export function storedDestination(row: DestinationRow): StoredDestination {
  return {
    id: row.id,
    source: row.source as DestinationSource,
    definition: row.definition ?? undefined,
    state: row.state as DestinationState,
    health: readHealth(row.health),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    disabledAt: row.disabled_at ?? undefined,
  };
}
