import { expect, test } from "vitest";
import { emptyDatabase, runOn } from "../../testing/postgres-databases.ts";
import { newEvent } from "../suite/new-events.ts";
import { StoreUnavailable } from "../store.ts";
import { openPostgres } from "./postgres.ts";

test("a connection to a server that refuses to write is not used again", async () => {
  const url = await emptyDatabase();
  const name = new URL(url).pathname.slice(1);
  await runOn(url, `alter database ${name} set default_transaction_read_only = on`);
  const store = await openPostgres(url, { connections: 1 });
  try {
    await expect(store.accept([newEvent()])).rejects.toThrow(StoreUnavailable);
    await expect(store.ping()).rejects.toThrow("it is read-only");
    await runOn(
      url,
      `set transaction read write; alter database ${name} reset default_transaction_read_only`,
    );
    await store.ping();
    expect(await store.accept([newEvent()])).toMatchObject([{ kind: "accepted" }]);
  } finally {
    await store.close();
  }
});
