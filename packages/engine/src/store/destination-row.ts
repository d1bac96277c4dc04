import type {
  DestinationSource,
  DestinationState,
  StoredDestination,
} from "./destination-records.ts";
import { readHealth } from "./read-health.ts";
import type { DestinationRow } from "./schema.ts";

/** All that are not deleted. */
export const ALL_DESTINATIONS = "select * from destinations where deleted_at is null order by id";

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
