import { spawn } from "node:child_process";
import { once } from "node:events";

const HOLD = `const { DatabaseSync } = require("node:sqlite");
const store = new DatabaseSync(process.argv[1]);
store.exec("begin immediate");
process.stdout.write("held");
process.stdin.resume().on("end", () => { store.exec("rollback"); store.close(); });`;

/**
 * Lets another program write to a store, and so nobody else; the answer ends that. It has to be
 * another program: the locks of a file do not hold within one process.
 */
export async function holdStore(database: string): Promise<() => Promise<void>> {
  const flags = ["--no-warnings", "-e", HOLD, database];
  const child = spawn(process.execPath, flags, { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return async () => {
    child.stdin.end();
    await once(child, "exit");
  };
}
