import { expect, test } from "vitest";
import { emptyDatabase } from "../../testing/postgres-databases.ts";
import { START } from "../suite/new-events.ts";
import { openPostgres } from "./postgres.ts";

test("a store is closed once, however often it is asked to, and does nothing more", async () => {
  const store = await openPostgres(await emptyDatabase());
  await store.releaseExpired(START);
  await Promise.all([store.close(), store.close()]);
  await store.close();
  await expect(store.releaseExpired(START)).rejects.toThrow(/pool/);
});
