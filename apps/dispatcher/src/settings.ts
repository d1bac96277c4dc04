import { SEAL_KEY_BYTES } from "@syncbell/engine";
import type { Environment } from "./config/secret-refs.ts";

/** What the environment says of a run of the dispatcher. */
export interface Settings {
  readonly configFile: string | undefined;
  /** The path of the SQLite file, or the URL of the Postgres database. */
  readonly database: string;
  readonly host: string;
  readonly port: number;
  readonly adminToken: string | undefined;
  readonly secretKey: Uint8Array | undefined;
  readonly logLevel: LogLevel;
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A setting that can't be used. The message names it and says what it takes, never its value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Reads the settings. Throws SettingsError on the first one that can't be used. */
export function readSettings(env: Environment): Settings {
  return {
    configFile: env["SYNCBELL_CONFIG"] || undefined,
    database: readDatabase(env["SYNCBELL_DATABASE_URL"] || "sqlite:data/syncbell.db"),
    host: env["HOST"] || "127.0.0.1",
    port: readPort(env["PORT"] || "8080"),
    adminToken: readToken(env["SYNCBELL_ADMIN_TOKEN"] || undefined),
    secretKey: readSecretKey(env["SYNCBELL_SECRET_KEY"] || undefined),
    logLevel: readLogLevel(env["SYNCBELL_LOG_LEVEL"] || "info"),
  };
}

function readDatabase(url: string): string {
  const database = databaseOf(url);
  if (database !== undefined) return database;
  throw new SettingsError(`SYNCBELL_DATABASE_URL must be ${DATABASE_FORMS}`);
}

/** What the URL of a database looks like. */
export const DATABASE_FORMS = "sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE";

/** The path of the SQLite file, or the URL of the Postgres database; undefined where it is neither. */
export function databaseOf(url: string): string | undefined {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  // A path that looks like the URL of a server would be taken for one.
  if (path !== undefined && !isPostgres(path)) return path;
  return isPostgres(url) && URL.canParse(url) ? url : undefined;
}

/** What people are told in the place of a database: without a password. */
export function databaseName(database: string): string {
  if (!isPostgres(database)) return database;
  const { host, pathname } = new URL(database);
  return `postgres://${host}${pathname}`;
}

/** Whether a database is one of a Postgres server. */
export function isPostgres(database: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(database);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new SettingsError("PORT must be a number from 0 to 65535");
}

function readToken(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw new SettingsError("SYNCBELL_ADMIN_TOKEN must be printable ASCII without spaces");
}

function readSecretKey(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const key = Buffer.from(text, "base64");
  // Node skips what is no base64; a key with a slip in it must not become another key.
  const whole = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text.trim());
  if (whole && key.length === SEAL_KEY_BYTES) return key;
  throw new SettingsError(`SYNCBELL_SECRET_KEY must be ${SEAL_KEY_BYTES} bytes in base64`);
}

function readLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new SettingsError(`SYNCBELL_LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}`);
}
