import { randomBytes } from "node:crypto";
import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { SEAL_KEY_BYTES } from "@syncbell/engine";
import { type Settings, SettingsError, isPostgres } from "./settings.ts";

/** What opens the API and what seals the store. */
export interface Keys {
  readonly adminToken: string;
  readonly secretKey: Uint8Array;
  /** True when this start made the admin token: it is then shown, this once. */
  readonly madeAdminToken: boolean;
}

/** Where the admin token of a database is kept when the environment gives none. */
export function adminTokenFile(database: string): string {
  return `${database}.admin-token`;
}

/** Where the secret key of a database is kept when the environment gives none. */
export function secretKeyFile(database: string): string {
  return `${database}.secret-key`;
}

/**
 * Takes the keys from the settings, else from the files beside the database, else makes them there,
 * readable by their owner alone.
 */
export function takeKeys({
  database,
  adminToken,
  secretKey,
}: Pick<Settings, "database" | "adminToken" | "secretKey">): Keys {
  if (isPostgres(database)) {
    if (adminToken !== undefined && secretKey) {
      return { adminToken, secretKey, madeAdminToken: false };
    }
    const missing = adminToken === undefined ? "SYNCBELL_ADMIN_TOKEN" : "SYNCBELL_SECRET_KEY";
    throw new SettingsError(
      `${missing} is not set: with Postgres all dispatchers are given the same, none is made`,
    );
  }
  const token = adminToken
    ? { text: adminToken, made: false }
    : readOrMake(adminTokenFile(database), () => `sbat_${randomBytes(32).toString("base64url")}`);
  const key =
    secretKey ??
    Buffer.from(
      readOrMake(secretKeyFile(database), () => randomBytes(SEAL_KEY_BYTES).toString("base64"))
        .text,
      "base64",
    );
  if (key.length !== SEAL_KEY_BYTES) {
    throw new SettingsError(
      `${secretKeyFile(database)} does not hold a key; restore it from a backup`,
    );
  }
  return { adminToken: token.text, secretKey: key, madeAdminToken: token.made };
}

/** The admin token that a dispatcher on this database made for itself, if there is one. */
export function keptAdminToken(database: string): string | undefined {
  if (isPostgres(database)) return undefined;
  return readKept(adminTokenFile(database));
}

function readOrMake(path: string, make: () => string): { text: string; made: boolean } {
  const kept = readKept(path);
  if (kept !== undefined) return { text: kept, made: false };
  const text = make();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeWhole(path, `${text}\n`);
  return { text, made: true };
}

/**
 * Writes a new file so that it is there whole or not at all, whatever happens in between. Throws when
 * somebody else has made it meanwhile.
 */
function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.new`;
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flush: true });
    try {
      linkSync(unfinished, path);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") throw error;
      // Some file systems have no hard links.
      copyFileSync(unfinished, path, constants.COPYFILE_EXCL);
    }
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function readKept(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    if (text === "") throw new SettingsError(`${path} is empty; remove it or restore it`);
    return text;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
