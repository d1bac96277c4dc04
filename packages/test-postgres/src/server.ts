import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findBinaries } from "./binaries.ts";

/** How long it is waited before a start that failed is tried again, in milliseconds. */
const AGAIN_MS = 20;
/** How often a start is tried: what a crashed server left running may take a moment to go. */
const MOST_STARTS = 500;

const USER = "postgres";
const PASSWORD = "postgres";

export interface ServerOptions {
  /** Settings of the server, by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server that can be ended in any way and started again on what it has on disk. */
export interface PostgresServer {
  /** The URL of a superuser's database. */
  readonly url: string;
  readonly port: number;
  /** Where its data is. */
  readonly folder: string;
  /** The number of the process that all others of the server come from; undefined while it is down. */
  readonly pid: number | undefined;
  /** Resolves when it takes connections. On the same port each time. */
  start(): Promise<void>;
  /**
   * Ends it: SIGINT in good order, SIGQUIT without, SIGKILL as a machine does that fails. Resolves when
   * the process is gone.
   */
  end(signal: "SIGINT" | "SIGQUIT" | "SIGKILL"): Promise<void>;
  /** Ends it for good, with its data. */
  remove(): Promise<void>;
}

/** Makes the data of a server that listens on a free port of loopback, in a folder of its own, and starts it. */
export async function startServer({ settings }: ServerOptions = {}): Promise<PostgresServer> {
  const { initdb, postgres } = await findBinaries();
  const folder = mkdtempSync(join(tmpdir(), "syncbell-postgres-"));
  const data = join(folder, "data");
  const ids = unprivileged();
  mkdirSync(data);
  // The server does not run as root, and has to get to its folder.
  chmodSync(folder, 0o755);
  if (ids) chownSync(data, ids.uid, ids.gid);
  makeData(initdb, folder, ids);
  const port = await freePort();
  const flags = Object.entries({ ...settings, port: String(port), listen_addresses: "127.0.0.1" });
  const words = [
    "-D",
    data,
    "-k",
    "",
    ...flags.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const child = spawn(postgres, words, { ...ids, stdio: ["ignore", "ignore", "pipe"] });
      server = child;
      const kill = (): void => void child.kill("SIGQUIT");
      process.once("exit", kill);
      child.once("exit", () => process.off("exit", kill));
      const said = await untilReady(child);
      if (said === undefined) return;
      if (tries === MOST_STARTS) throw new Error(`Postgres does not start: ${said}`);
      await pause(AGAIN_MS);
    }
  };
  await start();
  const end: PostgresServer["end"] = async (signal) => {
    const child = server;
    server = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
    child.kill(signal);
    await gone;
  };
  return {
    url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    port,
    folder,
    get pid() {
      return server?.pid;
    },
    start,
    end,
    async remove() {
      await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** Who the server runs as where we are root, which it refuses to be. */
function unprivileged(): Ids | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number =>
    Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function makeData(initdb: string, folder: string, ids: Ids | undefined): void {
  const password = join(folder, "password");
  writeFileSync(password, `${PASSWORD}\n`);
  execFileSync(
    initdb,
    [
      `--pgdata=${join(folder, "data")}`,
      "--auth=password",
      `--username=${USER}`,
      `--pwfile=${password}`,
      "--encoding=UTF8",
      "--locale=C.UTF-8",
      "--no-sync",
      // Each connection would cost the server twice as much: its password is no secret.
      "--set=scram_iterations=1",
    ],
    { ...ids, stdio: ["ignore", "ignore", "pipe"] },
  );
  rmSync(password);
}

/** Answers undefined when the server takes connections, or what it said where it has ended. */
function untilReady(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = "";
    let isReady = false;
    child.stderr?.on("data", (chunk: Buffer) => {
      if (isReady) return;
      said += chunk.toString();
      isReady = said.includes("ready to accept connections");
      if (isReady) resolve(undefined);
    });
    child.once("close", () => resolve(said));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
