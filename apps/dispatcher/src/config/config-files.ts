import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { type LoadedConfig, loadConfig } from "./config.ts";
import {
  NOT_A_FILE,
  isPipe,
  readFileOrPipe,
  readRegularFile,
  readRegularFileSlowly,
} from "./read-file.ts";
import { type Environment, type ReadText, errorCode } from "./secret-refs.ts";

/** What files held when they were looked at, by path: a digest, or the word for why there is none. */
export type Contents = ReadonlyMap<string, string>;

/** A config, and what the files held that it was made of. */
export interface ReadConfig {
  readonly loaded: LoadedConfig;
  readonly contents: Contents;
}

/** The config file, and the files with secrets that it refers to. */
export class ConfigFiles {
  /** The path of the config file, as it was given. */
  readonly path: string;
  readonly #env: Environment;
  readonly #deadlineMs: number | undefined;
  /** What came through a pipe at the start: it is gone from there, and is the config from then on. */
  #piped: string | undefined;

  /** `deadlineMs` is how long each plugin may take to load; absent, as long as it may elsewhere. */
  constructor(path: string, env: Environment, deadlineMs?: number) {
    this.path = path;
    this.#env = env;
    this.#deadlineMs = deadlineMs;
  }

  /** The contents where there is no file. */
  get none(): Contents {
    return new Map([[resolve(this.path), "ENOENT"]]);
  }

  /** {@link read}, for the first time: where the config comes through a pipe, its end is waited for. */
  async readAtStart(): Promise<ReadConfig> {
    try {
      const path = resolve(this.path);
      if (isPipe(path)) this.#piped = readFileOrPipe(path);
    } catch {
      // What is wrong is found again, and said, by the reading.
    }
    return this.read();
  }

  /**
   * Reads the config with all that it refers to, each file once. Waits for no pipe; for plugins until their
   * deadline, or the signal.
   */
  async read(signal?: AbortSignal): Promise<ReadConfig> {
    const texts = new Map<string, string>();
    const contents = new Map<string, string>();
    const noting =
      (readText: ReadText): ReadText =>
      (path) => {
        const known = texts.get(path);
        if (known !== undefined) return known;
        try {
          const text = readText(path);
          texts.set(path, text);
          contents.set(path, digest(text));
          return text;
        } catch (error) {
          contents.set(path, errorCode(error));
          throw error;
        }
      };
    const loaded = await loadConfig(this.path, this.#env, {
      readConfig: noting((path) => this.#readConfig(path)),
      readSecret: noting(readRegularFile),
      wait: { deadlineMs: this.#deadlineMs, signal },
    });
    return { loaded, contents };
  }

  /** Looks at files again. Holds up nothing else while a file system does not answer. */
  async look(paths: Iterable<string>): Promise<Contents> {
    const contents = new Map<string, string>();
    for (const path of paths) contents.set(path, await this.#contentOf(path));
    return contents;
  }

  async #contentOf(path: string): Promise<string> {
    try {
      return digest(await readRegularFileSlowly(path));
    } catch (error) {
      const code = errorCode(error);
      const isFromStart = code === NOT_A_FILE && path === resolve(this.path);
      return isFromStart && this.#piped !== undefined ? digest(this.#piped) : code;
    }
  }

  #readConfig(path: string): string {
    try {
      return readRegularFile(path);
    } catch (error) {
      if (this.#piped === undefined || errorCode(error) !== NOT_A_FILE) throw error;
      return this.#piped;
    }
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
