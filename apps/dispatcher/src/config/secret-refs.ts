import { resolve } from "node:path";
import type { ConfigPath } from "./config-problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where references to secrets lead to. */
export interface SecretSources {
  readonly env: Environment;
  /** The folder that relative paths of `{ file: … }` start from. */
  readonly folder: string;
  readonly readText: ReadText;
}

/** Answers what a file holds, given its absolute path. Throws with a `code` where it can't be read. */
export type ReadText = (path: string) => string;

export type Refuse = (path: ConfigPath, message: string) => void;

/** {@link resolveSecrets} for a channel's config, but for the fields that are taken as they are written. */
export function resolveConfig(
  config: unknown,
  path: ConfigPath,
  asWritten: ReadonlySet<string>,
  sources: SecretSources,
  refuse: Refuse,
): unknown {
  if (typeof config !== "object" || config === null || Array.isArray(config)) return config;
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      asWritten.has(name) ? value : resolveSecrets(value, [...path, name], sources, refuse),
    ]),
  );
}

/**
 * Puts secrets in the place of `{ env: NAME }` and `{ file: PATH }`, wherever they stand. A reference
 * that leads to nothing is refused and answers undefined there, so that nothing is ever sent with a
 * secret missing.
 */
function resolveSecrets(
  value: unknown,
  path: ConfigPath,
  sources: SecretSources,
  refuse: Refuse,
): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveSecrets(item, [...path, index], sources, refuse));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && typeof only[1] === "string") {
    if (only[0] === "env") return fromEnvironment(only[1], path, sources, refuse);
    if (only[0] === "file") return fromFile(only[1], path, sources, refuse);
  }
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, resolveSecrets(inner, [...path, name], sources, refuse)]),
  );
}

function fromEnvironment(
  name: string,
  path: ConfigPath,
  { env }: SecretSources,
  refuse: Refuse,
): unknown {
  // An environment is an object, with what objects inherit: `toString` is no variable.
  const given = Object.hasOwn(env, name) ? env[name] : undefined;
  const value = trimSecret(given ?? "");
  if (value !== "") return value;
  refuse(path, `environment variable ${name} is ${given === undefined ? "not set" : "empty"}`);
  return undefined;
}

function fromFile(
  name: string,
  path: ConfigPath,
  { folder, readText }: SecretSources,
  refuse: Refuse,
): unknown {
  try {
    const value = trimSecret(readText(resolve(folder, name)));
    if (value !== "") return value;
    refuse(path, `secret file ${name} is empty`);
  } catch (error) {
    refuse(path, `secret file ${name} can't be read (${errorCode(error)})`);
  }
  return undefined;
}

/** The word of the operating system for why a file can't be read. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

/** Editors and `echo` leave a line end, some a byte order mark: neither is part of a secret. */
function trimSecret(text: string): string {
  return text.replace(/^\ufeff/, "").trim();
}
