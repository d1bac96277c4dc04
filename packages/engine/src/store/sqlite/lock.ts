import Database from "better-sqlite3";

/**
 * Holds a database file for this process alone, by an open transaction on a file beside it: the
 * operating system lets go of it when the process ends, however it ends. Throws when somebody else
 * has it.
 */
export function lockDatabase(path: string): () => void {
  const lock = new Database(`${path}-lock`, { timeout: 0 });
  try {
    lock.pragma("locking_mode = exclusive");
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    const isHeld = error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
    throw isHeld ? new Error(`another syncbell has ${path} open`) : error;
  }
  return () => lock.close();
}
