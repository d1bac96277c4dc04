import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { up as start } from "./migrations/0001-start.ts";
import { up as trust } from "./migrations/0002-trust.ts";
import { up as incidents } from "./migrations/0003-incidents.ts";

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-start": { up: start },
  "0002-trust": { up: trust },
  "0003-incidents": { up: incidents },
};

/** Brings a database to this program's schema. Rejects where it was made by a newer program. */
export async function migrate<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const isNewer = error instanceof Error && error.message.includes("missing");
  throw isNewer ? new Error("the store was made by a newer version of Syncbell") : error;
}
