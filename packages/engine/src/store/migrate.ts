import { isDeepStrictEqual } from "node:util";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

/** The steps from nothing to a schema, by names whose order is theirs. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Whether a database has this program's schema already: so it needs no lock to be opened. */
export async function isMigrated<T>(db: Kysely<T>, migrations: Migrations): Promise<boolean> {
  return isDeepStrictEqual(await stepsOf(db), Object.keys(migrations).toSorted());
}

/** Brings a database to this program's schema. Rejects where it was made by a newer program. */
export async function migrate<T>(db: Kysely<T>, migrations: Migrations): Promise<void> {
  const unknown = (await stepsOf(db)).filter((step) => !(step in migrations));
  if (unknown.length > 0) {
    throw new Error(
      `the store was made by a newer version of Syncbell (it has ${unknown.join(", ")}); start that version or a later one`,
    );
  }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** The steps that were made, in order; none where there is no table of them yet. */
async function stepsOf<T>(db: Kysely<T>): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
    return rows.map(({ name }) => name).toSorted();
  } catch {
    return [];
  }
}
