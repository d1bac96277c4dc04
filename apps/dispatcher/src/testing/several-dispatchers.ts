import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./folder.ts";
import { newDatabase } from "./postgres-database.ts";
import { TOKEN, type Serving } from "./syncbell-child.ts";
import { serve } from "./syncbell-process.ts";

/** The keys that all dispatchers on one Postgres are given. */
export const KEYS: Readonly<Record<string, string>> = {
  SYNCBELL_ADMIN_TOKEN: TOKEN,
  SYNCBELL_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
};

/**
 * Starts so many dispatchers with the same config, each in a process and a folder of its own, on one new
 * database or the one that is named. They live as long as the running test.
 */
export async function startSeveral(
  count: number,
  config: string,
  database?: string,
): Promise<readonly Serving[]> {
  const env = { ...KEYS, SYNCBELL_DATABASE_URL: database ?? (await newDatabase()) };
  return Promise.all(
    Array.from({ length: count }, () => {
      const cwd = temporaryFolder();
      writeFileSync(join(cwd, "syncbell.yaml"), config);
      return serve({ cwd, env });
    }),
  );
}
