import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = new URL("../../apps/dispatcher/src/main.ts", import.meta.url).pathname;
const EVENT = new URL(
  "../../apps/dispatcher/fixtures/pipeline.post_sync.succeeded.json",
  import.meta.url,
);
const TOKEN = "benchmark-token";

/** A dispatcher in a process of its own, on a store in a new folder. */
export interface RunningDispatcher {
  readonly pid: number;
  /** Posts an event whose `sync.id` is the name; resolves when it is accepted. */
  post(name: string): Promise<void>;
  /** Posts an event under a name; resolves when it is accepted, or was before. */
  take(body: string, key: string): Promise<void>;
  /** Ends it on the spot and leaves its folder for another. */
  kill(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** A destination as a config file has it. */
export interface BenchDestination {
  readonly id: string;
  readonly channel: string;
  readonly config: object;
  /** Which events it hears of, and when. */
  readonly [telling: string]: unknown;
}

export interface RunOptions {
  /** Where its config is, and its store where that is a file; a new folder unless given. */
  readonly folder?: string;
  /** The URL of a Postgres database. Absent: a SQLite file in the folder. */
  readonly database?: string;
}

/** Starts a dispatcher with these destinations. There may be a store already. */
export async function runDispatcher(
  destinations: readonly BenchDestination[],
  { folder = mkdtempSync(join(tmpdir(), "syncbell-bench-")), database }: RunOptions = {},
): Promise<RunningDispatcher> {
  const config = {
    network: { allow: ["127.0.0.0/8"] },
    destinations,
  };
  writeFileSync(join(folder, "syncbell.yaml"), JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN, "serve"], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: "0",
      HOST: "127.0.0.1",
      SYNCBELL_ADMIN_TOKEN: TOKEN,
      SYNCBELL_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
      ...(database === undefined ? {} : { SYNCBELL_DATABASE_URL: database }),
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => void child.once("exit", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /"url":"([^"]+)"/.exec(text)?.[1];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the dispatcher ended with ${code}`)));
  });
  const event = JSON.parse(readFileSync(EVENT, "utf8")) as { sync: { id: string } };
  const post = async (body: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    const response = await fetch(`${url}/v1/events`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "content-type": "application/json",
        ...headers,
      },
      body,
    });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`refused with ${response.status}`);
  };
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    post: (name) => post(JSON.stringify({ ...event, sync: { ...event.sync, id: name } }), {}),
    take: (body, key) => post(body, { "idempotency-key": key }),
    kill,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
