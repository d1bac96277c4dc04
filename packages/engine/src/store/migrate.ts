import { isDeepStrictEqual } from "node:util";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

/** Whether a database has this program's schema already: so it needs no lock to be opened. */
export async function isMigrated<T>(
  db: Kysely<T>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<boolean> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
    const names = rows.map(({ name }) => name).toSorted();
    return isDeepStrictEqual(names, Object.keys(migrations).toSorted());
  } catch {
    return false;
  }
}

/** Brings a database to this program's schema. Rejects where it was made by a newer program. */
export async function migrate<T>(
  db: Kysely<T>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const isNewer = error instanceof Error && error.message.includes("missing");
  throw isNewer ? new Error("the store was made by a newer version of Syncbell") : error;
}
