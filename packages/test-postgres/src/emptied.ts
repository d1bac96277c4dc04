import pg from "pg";

/** A database, and a connection to it that stays open as long as the tests run. */
interface Database {
  readonly url: string;
  readonly client: pg.Client;
  /** The tables that it was made with. */
  readonly tables: readonly string[];
  /** Those that had no rows then. */
  readonly emptied: readonly string[];
}

export interface EmptiedOptions {
  /** The URL of the server. */
  readonly server: string;
  /** What its databases are called, before a number: no other process may use it. */
  readonly name: string;
  /** Makes the tables of a new database. */
  readonly prepare: (url: string) => Promise<void>;
}

/**
 * Databases that hold nothing but the tables that were made for them. They are emptied and used again, as to
 * make one takes longer than to empty it.
 */
export class EmptiedDatabases {
  readonly #options: EmptiedOptions;
  readonly #free: Database[] = [];
  readonly #taken = new Map<string, Database>();
  #made = 0;

  constructor(options: EmptiedOptions) {
    this.#options = options;
  }

  /** The URL of a database that nobody else uses until it is given back. */
  async take(): Promise<string> {
    const database = this.#free.pop() ?? (await this.#make());
    this.#taken.set(database.url, database);
    return database.url;
  }

  /** Empties a database, rid of tables that were made since, and cuts off whoever is still connected to it. */
  async giveBack(url: string): Promise<void> {
    const database = this.#taken.get(url);
    if (!database) throw new Error(`the database ${new URL(url).pathname} was not taken`);
    this.#taken.delete(url);
    const { client, tables, emptied } = database;
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const others = (await tablesIn(client)).filter((table) => !tables.includes(table));
    // A thousand rows are gone sooner than the files of a table are made anew.
    const deletions = emptied.map((table) => `delete from ${table}`);
    await client.query([...others.map((table) => `drop table ${table}`), ...deletions].join("; "));
    // What was deleted lies in the way of those that come after until it is cleared away.
    await client.query(`vacuum ${emptied.join(", ")}`);
    this.#free.push(database);
  }

  async #make(): Promise<Database> {
    const { server, name, prepare } = this.#options;
    const own = `${name}_${++this.#made}`;
    const maker = await connected(server);
    await maker.query(`drop database if exists ${own}`);
    await maker.query(`create database ${own}`);
    await maker.end();
    const at = new URL(server);
    at.pathname = `/${own}`;
    await prepare(at.href);
    const client = await connected(at.href);
    // It is not waited for at the end.
    client.on("error", () => undefined);
    const tables = await tablesIn(client);
    return { url: at.href, client, tables, emptied: await emptyOf(client, tables) };
  }
}

async function tablesIn(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  return rows.map(({ tablename }) => tablename);
}

/** Those of some tables that have no rows. */
async function emptyOf(client: pg.Client, tables: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    tables.map((name) => `(select '${name}' as name from ${name} limit 1)`).join(" union all "),
  );
  const filled = new Set(rows.map(({ name }) => name));
  return tables.filter((name) => !filled.has(name));
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
