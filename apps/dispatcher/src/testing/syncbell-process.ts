import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type ApiClient, apiClient } from "./api-client.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Keeps what Node makes of the sources from one process to the next: each starts the sooner. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));

export const TOKEN = "sbat_token-of-the-test";

export interface ProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command ended, and all that it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the `syncbell` command in a process of its own, with none of our own settings. */
export function spawnSyncbell(
  words: readonly string[],
  { cwd, env = {} }: ProcessOptions,
): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: COMPILED,
      ...env,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Runs a command to its end. */
export async function runSyncbell(
  words: readonly string[],
  options: ProcessOptions & { readonly input?: string | Uint8Array },
): Promise<Ended> {
  const child = spawnSyncbell(words, options);
  child.stdin?.end(options.input ?? "");
  return ended(child);
}

/** Waits for a process to end. To be called before it says anything. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("the output of the process is not piped");
  const [[code], said, complained] = await Promise.all([
    once(child, "close") as Promise<[number | null]>,
    text(stdout),
    text(stderr),
  ]);
  return { code, stdout: said, stderr: complained };
}

/** `syncbell serve` in a process of its own. */
export interface Serving extends ApiClient {
  readonly url: string;
  /** What it has logged so far, a line each. */
  readonly log: readonly string[];
  /** Sends a signal; answers how the process ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Starts `syncbell serve` on a free port, and waits until it serves. */
export async function serve(
  { cwd, env }: ProcessOptions,
  words: readonly string[] = [],
): Promise<Serving> {
  const child = spawnSyncbell(["serve", ...words], {
    cwd,
    env: { PORT: "0", SYNCBELL_ADMIN_TOKEN: TOKEN, ...env },
  });
  const end = ended(child);
  const log: string[] = [];
  let rest = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      log.push(...lines);
      const serving = lines.find((line) => line.includes('"msg":"serving"'));
      if (serving !== undefined) resolve(String(JSON.parse(serving).url));
    });
    void end.then(({ code, stderr }) => reject(new Error(`serve ended with ${code}: ${stderr}`)));
  });
  return {
    url,
    log,
    end(signal) {
      child.kill(signal);
      return end;
    },
    ...apiClient(url, TOKEN),
  };
}
