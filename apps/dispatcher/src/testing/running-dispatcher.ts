import type { EngineLog, LogFields } from "@syncbell/engine";
import { SEAL_KEY_BYTES } from "@syncbell/engine";
import { onTestFinished } from "vitest";
import { type Config, loadConfig } from "../config/config.ts";
import { formatProblem } from "../config/config-problem.ts";
import type { Environment } from "../config/secret-refs.ts";
import { startDispatcher } from "../dispatcher.ts";
import type { NewSecret } from "../made-secrets.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { writeConfig } from "./config-file.ts";
import { temporaryFolder } from "./folder.ts";
import { storePlace } from "./store-place.ts";

export const TOKEN = "sbat_token-of-the-test";

export interface RunningOptions {
  /** The text of the config file. Absent: there is none. */
  readonly config?: string;
  readonly env?: Environment;
  /** Where the config and the store are: a new folder unless given. */
  readonly folder?: string;
  readonly secretKey?: Uint8Array;
  readonly port?: number;
  readonly onNewSecret?: (secret: NewSecret) => void;
}

/** A dispatcher in this process: a real store, a real server on a free port. */
export interface RunningDispatcher extends ApiClient {
  readonly url: string;
  readonly folder: string;
  /** The path of the SQLite file, or the URL of the Postgres database. */
  readonly database: string;
  readonly newSecrets: readonly NewSecret[];
  /** What was logged, each line as JSON. */
  readonly log: readonly string[];
  /** Writes into that log. */
  readonly logger: EngineLog;
  readonly configure: (config: Config) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a dispatcher that lives as long as the running test, or until it is stopped. */
export async function startRunning(options: RunningOptions = {}): Promise<RunningDispatcher> {
  const { folder = temporaryFolder(), secretKey = Buffer.alloc(SEAL_KEY_BYTES, 7) } = options;
  const database = await storePlace(folder);
  const newSecrets: NewSecret[] = [];
  const log: string[] = [];
  const logger = logInto(log);
  const dispatcher = await startDispatcher({
    config: await configOf(folder, options),
    keys: { adminToken: TOKEN, secretKey, madeAdminToken: false },
    database,
    host: "127.0.0.1",
    port: options.port ?? 0,
    log: logger,
    onNewSecret: options.onNewSecret ?? ((secret) => void newSecrets.push(secret)),
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= dispatcher.stop());
  onTestFinished(stop);
  const { url, configure } = dispatcher;
  const shown = { folder, database, newSecrets, log, logger };
  return { url, ...shown, configure, stop, ...apiClient(url, TOKEN) };
}

async function configOf(folder: string, { config, env = {} }: RunningOptions) {
  if (config === undefined) return undefined;
  const loaded = await loadConfig(writeConfig(folder, config), env);
  if (loaded.ok) return loaded.config;
  throw new Error(loaded.problems.map(formatProblem).join("\n"));
}

/** A log that writes each line, as JSON, into a list. */
export function logInto(lines: string[]): EngineLog {
  const at =
    (level: string) =>
    (fields: LogFields, message: string): void =>
      void lines.push(JSON.stringify({ level, message, ...fields }, sayErrors));
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function sayErrors(_: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}
