import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type ApiClient, apiClient } from "./api-client.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Keeps what Node makes of the sources from one process to the next: each starts the sooner. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));

export const TOKEN = "sbat_token-of-the-test";

export interface ProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program that is to run the command, with its arguments: a shell that sets a limit first. */
  readonly under?: readonly string[];
}

/** How a command ended, and all that it said. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts the `syncbell` command in a process of its own, with none of our own settings. To end it is
 * up to the caller: this works outside of a test too.
 */
export function startSyncbell(
  words: readonly string[],
  { cwd, env = {}, under = [] }: ProcessOptions,
): ChildProcess {
  const [program = process.execPath, ...flags] = [...under, process.execPath, MAIN, ...words];
  return spawn(program, flags, {
    cwd,
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: COMPILED, ...env },
  });
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
  readonly pid: number;
  /** What it has logged so far, a line each. */
  readonly log: readonly string[];
  /** Sends a signal; answers how the process ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** A process that was started and may not serve yet. */
export interface Starting {
  /** Rejects when the process ends before it serves. */
  readonly served: Promise<Serving>;
  readonly ended: Promise<Ended>;
}

/** The words and the environment of a dispatcher on a free port. */
export function serveOn(options: ProcessOptions): ProcessOptions {
  return { ...options, env: { PORT: "0", SYNCBELL_ADMIN_TOKEN: TOKEN, ...options.env } };
}

/** Watches a `syncbell serve` that was started just now. */
export function watchStart(child: ChildProcess): Starting {
  const end = ended(child);
  const log: string[] = [];
  let rest = "";
  const served = new Promise<Serving>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      log.push(...lines);
      const line = lines.find((one) => one.includes('"msg":"serving"'));
      if (line !== undefined) resolve(serving(String(JSON.parse(line).url)));
    });
    void end.then(({ code, stderr }) => reject(new Error(`serve ended with ${code}: ${stderr}`)));
  });
  const serving = (url: string): Serving => ({
    url,
    pid: child.pid ?? 0,
    log,
    end(signal) {
      child.kill(signal);
      return end;
    },
    ...apiClient(url, TOKEN),
  });
  return { served, ended: end };
}
