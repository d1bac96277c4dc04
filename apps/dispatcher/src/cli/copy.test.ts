import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openPostgres } from "@syncbell/engine";
import pg from "pg";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { commandLine } from "../testing/command-line.ts";
import { writeConfig } from "../testing/config-file.ts";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { newDatabase } from "../testing/postgres-database.ts";
import { type Received, startReceiver } from "../testing/receiver.ts";
import { runSyncbell, serve, spawnSyncbell } from "../testing/syncbell-process.ts";
import { TOKEN, ended } from "../testing/syncbell-child.ts";

const idOf = (request: Received | undefined): unknown => request?.headers["webhook-id"];

/** The password of the database has to stand in no output. */
function withoutPassword(url: string): string {
  const { host, pathname, password } = new URL(url);
  expect(password).not.toBe("");
  return `postgres://${host}${pathname}`;
}

/** Has whoever writes to a table of a new store wait until the function is called that is answered. */
async function keepFromWriting(url: string, table: string): Promise<() => Promise<void>> {
  await (await openPostgres(url)).close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`begin; lock table ${table} in exclusive mode`);
  return () => client.end();
}

test("after a copy to Postgres all goes on: what was owed, what was known, and the secrets", async () => {
  let isUp = false;
  const receiver = await startReceiver((response) => {
    response.writeHead(isUp ? 200 : 503).end();
  });
  const cwd = temporaryFolder();
  writeConfig(cwd, destinationsAt(receiver.url, { ops: "" }));
  const before = await serve({ cwd });
  const { body: owed } = await before.post(postSync({ sync: "sync-owed" }));
  const [delivery] = owed.deliveries;
  await before.attempted(delivery.id, 1);
  isUp = true;
  const { id: done } = await before.delivered(postSync({ sync: "sync-done" }));
  const { stderr } = await before.end("SIGTERM");
  const secret = /whsec_\S+/.exec(stderr)?.[0] ?? "";

  const url = await newDatabase();
  const copied = await runSyncbell(["copy", "--from", "sqlite:data/syncbell.db", "--to", url], {
    cwd,
  });
  expect(copied.code).toBe(0);
  expect(copied.stdout).toMatch(/^table +source +destination\nevents +2 +2\n/);
  expect(copied.stdout).toMatch(/\ndeliveries +2 +2\n/);
  expect(copied.stderr).toContain("deliveries 2 of 2\n");
  expect(copied.stderr).toContain(
    `The secrets in it are sealed with the key in data/syncbell.db.secret-key: ` +
      `set SYNCBELL_SECRET_KEY to it where ${withoutPassword(url)} is served\n`,
  );

  const env = {
    SYNCBELL_DATABASE_URL: url,
    SYNCBELL_ADMIN_TOKEN: TOKEN,
    SYNCBELL_SECRET_KEY: readFileSync(join(cwd, "data/syncbell.db.secret-key"), "utf8").trim(),
  };
  const after = await serve({ cwd, env });
  await after.call("POST", `/v1/deliveries/${delivery.id}/retry`);
  const { state } = await after.attempted(delivery.id, 2);
  expect(state).toBe("delivered");
  const [first, , last] = receiver.requests;
  expect(first?.body.toString()).toContain("sync-owed");
  expect([idOf(last), last?.body]).toEqual([idOf(first), first?.body]);
  expect(idOf(last)).toBe(delivery.id);
  new Webhook(secret).verify(last?.body ?? "", last?.headers as Record<string, string>);
  const again = await after.post(postSync({ sync: "sync-owed" }));
  expect(again.body).toMatchObject({ id: owed.id, duplicate: true });
  expect((await after.call("GET", `/v1/deliveries/${done}`)).body.state).toBe("delivered");
  await after.delivered(postSync({ sync: "sync-new" }));
  expect(receiver.requests).toHaveLength(4);
  expect((await after.end("SIGTERM")).stderr).toBe("");
}, 60_000);

test("a copy that is killed can't be served, goes on when it is run again, and is told as JSON", async () => {
  const receiver = await startReceiver();
  const cwd = temporaryFolder();
  writeConfig(cwd, destinationsAt(receiver.url, { ops: "", b: "" }));
  const before = await serve({ cwd });
  for (let nth = 0; nth < 20; nth++) await before.delivered(postSync({ sync: `sync-${nth}` }));
  await before.end("SIGTERM");
  const url = await newDatabase();
  const words = ["copy", "--from", "sqlite:data/syncbell.db", "--to", url];
  const letGo = await keepFromWriting(url, "destinations");
  const child = spawnSyncbell(words, { cwd });
  const end = ended(child);
  child.stderr?.on("data", (said: Buffer) => {
    if (said.includes("attempts 40 of 40")) child.kill("SIGKILL");
  });
  expect((await end).code).toBeNull();
  await letGo();

  const env = {
    SYNCBELL_DATABASE_URL: url,
    SYNCBELL_ADMIN_TOKEN: TOKEN,
    SYNCBELL_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
  };
  const refused = await runSyncbell(["serve"], { cwd, env });
  expect([refused.code, refused.stderr]).toEqual([
    1,
    `syncbell serve: the database ${withoutPassword(url)} can't be opened: it holds a part of data/syncbell.db, ` +
      'as a copy has not ended: run the same "syncbell copy" again, which goes on where it was, ' +
      "or delete this database to start anew\n",
  ]);
  const { code, stdout, stderr } = await runSyncbell([...words, "--json"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain(
    `going on with the copy of data/syncbell.db into ${withoutPassword(url)}\n`,
  );
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    from: "data/syncbell.db",
    to: withoutPassword(url),
    problems: [],
  });
  const rows = { source: 20, destination: 20, merged: 0 };
  expect(result.tables).toContainEqual({ table: "events", ...rows });
  expect(result.tables).toContainEqual({
    table: "attempts",
    source: 40,
    destination: 40,
    merged: 0,
  });
}, 60_000);

test("what can't be copied ends with 1, and says no password", async () => {
  const folder = temporaryFolder();
  const to = join(folder, "to.db");
  const fails = async (from: string, said: string): Promise<void> => {
    expect(await commandLine(["copy", "--from", from, "--to", `sqlite:${to}`])).toEqual({
      code: 1,
      stdout: "",
      stderr: `syncbell copy: ${said}\n`,
    });
    expect(existsSync(to)).toBe(false);
  };
  await fails(
    "postgres://user:s3cr3t@127.0.0.1:9/syncbell",
    "the database postgres://127.0.0.1:9/syncbell can't be opened: connect ECONNREFUSED 127.0.0.1:9",
  );
  const none = join(folder, "none.db");
  await fails(`sqlite:${none}`, `the database ${none} can't be opened: there is no such file`);
});
