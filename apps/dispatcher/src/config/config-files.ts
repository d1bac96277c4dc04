import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type LoadedConfig, loadConfig } from "./config.ts";
import { type Environment, errorCode } from "./secret-refs.ts";

/** What files held when they were looked at, by path: a digest, or the word for why there is none. */
export type Contents = ReadonlyMap<string, string>;

/** A config, and what the files held that it was made of. */
export interface ReadConfig {
  readonly loaded: LoadedConfig;
  readonly contents: Contents;
}

/** What is said of a pipe: what was read from it is gone, so it counts as the same from then on. */
const NO_FILE_TO_WATCH = "a pipe or a device";

/** The config file, and the files with secrets that it refers to. */
export class ConfigFiles {
  /** The path of the config file, as it was given. */
  readonly path: string;
  readonly #env: Environment;
  /** What came out of pipes and devices. */
  readonly #readOnce = new Map<string, string>();

  constructor(path: string, env: Environment) {
    this.path = path;
    this.#env = env;
  }

  /** The contents where there is no file. */
  get none(): Contents {
    return new Map([[resolve(this.path), "ENOENT"]]);
  }

  /** Reads the config with all that it refers to, each file once. */
  async read(): Promise<ReadConfig> {
    const texts = new Map<string, string>();
    const contents = new Map<string, string>();
    const readText = (path: string): string => {
      const known = texts.get(path);
      if (known !== undefined) return known;
      try {
        const isWatched = isWatchable(statSync(path));
        const once = isWatched ? undefined : this.#readOnce.get(path);
        const text = once ?? readFileSync(path, "utf8");
        if (!isWatched) this.#readOnce.set(path, text);
        contents.set(path, isWatched ? digest(text) : NO_FILE_TO_WATCH);
        texts.set(path, text);
        return text;
      } catch (error) {
        contents.set(path, errorCode(error));
        throw error;
      }
    };
    const loaded = await loadConfig(this.path, this.#env, readText);
    return { loaded, contents };
  }

  /** Looks at files again. Holds up nothing else while a file system does not answer. */
  async look(paths: Iterable<string>): Promise<Contents> {
    const contents = new Map<string, string>();
    for (const path of paths) contents.set(path, await contentOf(path));
    return contents;
  }
}

async function contentOf(path: string): Promise<string> {
  try {
    return isWatchable(await stat(path)) ? digest(await readFile(path, "utf8")) : NO_FILE_TO_WATCH;
  } catch (error) {
    return errorCode(error);
  }
}

/** A folder is left to the reading, which fails. */
function isWatchable(found: { isFile(): boolean; isDirectory(): boolean }): boolean {
  return found.isFile() || found.isDirectory();
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
