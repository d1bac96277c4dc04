import { setTimeout as pause } from "node:timers/promises";
import type { EngineLog } from "@syncbell/engine";
import { type ConfigChanges, changesBetween, isUnchanged } from "./config-changes.ts";
import type { ConfigFiles, Contents } from "./config-files.ts";
import { formatProblem, warnOf } from "./config-problem.ts";
import { type Config, EMPTY_CONFIG } from "./config.ts";

/**
 * How often the files are looked at, in milliseconds. By their contents: what a file system tells of
 * changes is not told over a network, nor into every container.
 */
const LOOK_EVERY_MS = 1_000;

/**
 * Each how many looks a config that was refused is read again: what it waits for may be no file that is
 * looked at, as with a plugin that is installed after it was named.
 */
const REFUSED_LOOKS = 30;

export interface ConfigWatchOptions {
  readonly files: ConfigFiles;
  /** The config in effect; undefined where there is none. */
  readonly config: Config | undefined;
  /** What the files held that it was made of. */
  readonly contents: Contents;
  /** Puts a config in effect, whole; where it rejects, the old one is in effect and it is tried again. */
  readonly apply: (config: Config) => Promise<void>;
  readonly log: EngineLog;
  readonly everyMs?: number;
}

/**
 * Watches the config file and the files with secrets that it refers to, and puts what they come to in
 * effect. What can't be read, or has mistakes, is refused whole. A change is taken up when two looks have
 * found the same, so that nothing is taken that is still being written.
 */
export class ConfigWatch {
  readonly #options: ConfigWatchOptions;
  #config: Config;
  /** The contents that need nothing more to be done; undefined where the store may know of others. */
  #handled: Contents | undefined;
  /** What the last look found. */
  #seen: Contents;
  /** What was said last to be in the way of a config; undefined where none is in the way. */
  #trouble: string | undefined;
  /** How many looks have left a refused config as it is since it was read. */
  #looksPast = 0;
  #isAsked = false;
  readonly #stopping = new AbortController();
  #nap = new AbortController();
  #applying: Promise<void> | undefined;

  constructor(options: ConfigWatchOptions) {
    this.#options = options;
    this.#config = options.config ?? EMPTY_CONFIG;
    this.#handled = options.contents;
    this.#seen = options.contents;
  }

  start(): void {
    void this.#run();
  }

  /** Looks at once, and takes what is there; what was refused is read anew, and what is wrong is said. */
  lookNow(): void {
    this.#isAsked = true;
    this.#nap.abort();
  }

  /** Resolves when no config is being put in effect, and none will be. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#nap.abort();
    await this.#applying?.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { everyMs = LOOK_EVERY_MS } = this.#options;
    while (!this.#stopping.signal.aborted) {
      if (!this.#isAsked) {
        this.#nap = new AbortController();
        await pause(everyMs, undefined, { signal: this.#nap.signal }).catch(() => undefined);
      }
      const isAsked = this.#isAsked;
      this.#isAsked = false;
      await this.#look(isAsked);
    }
  }

  async #look(isAsked: boolean): Promise<void> {
    const { files, log } = this.#options;
    const before = this.#seen;
    this.#seen = await files.look(before.keys());
    const isKnown = isSame(this.#seen, this.#handled);
    if (isKnown && this.#trouble === undefined) {
      if (isAsked) log.info({ config: files.path }, "the config has not changed");
      return;
    }
    if (isKnown && !isAsked && ++this.#looksPast < REFUSED_LOOKS) return;
    if (!isAsked && !isSame(this.#seen, before)) return;
    this.#looksPast = 0;
    // What is known to be refused is said again only where somebody asks, or it is another trouble.
    const isNews = isAsked || !isKnown;
    try {
      await this.#read(isAsked, isNews);
    } catch (error) {
      // A plugin that throws while its config is read: what it thinks of the same again is known.
      this.#handled = this.#seen;
      const message = "the config could not be read: the old one stays";
      this.#tell(message, { err: error }, sayError(error), isNews);
    }
  }

  async #read(isAsked: boolean, isNews: boolean): Promise<void> {
    const { files } = this.#options;
    const { signal } = this.#stopping;
    const read = await files.read(signal);
    const isSettled = isAsked || isSame(read.contents, this.#seen);
    this.#seen = read.contents;
    if (!isSettled || signal.aborted) return;
    if (read.loaded.ok) warnOf(read.loaded.warnings, this.#options.log);
    if (read.loaded.ok) return this.#take(read.loaded.config, read.contents, isAsked);
    this.#handled = read.contents;
    const problems = read.loaded.problems.map(formatProblem);
    const message = "the config was refused: the old one stays";
    this.#tell(message, { config: files.path, problems }, problems.join("\n"), isNews);
  }

  async #take(config: Config, contents: Contents, isAsked: boolean): Promise<void> {
    try {
      this.#applying = this.#options.apply(config);
      await this.#applying;
    } catch (error) {
      this.#handled = undefined;
      const message = "the config could not be put in effect: the old one stays, it is tried again";
      this.#tell(message, { err: error }, sayError(error), isAsked);
      return;
    }
    this.#say(changesBetween(this.#config, config), config);
    this.#config = config;
    this.#handled = contents;
    this.#trouble = undefined;
  }

  /** Logs a trouble where it is news by itself, or another one than was told last. */
  #tell(
    message: string,
    fields: Readonly<Record<string, unknown>>,
    reason: string,
    isNews: boolean,
  ): void {
    const trouble = `${message}: ${reason}`;
    if (isNews || trouble !== this.#trouble) this.#options.log.error(fields, message);
    this.#trouble = trouble;
  }

  #say(changes: ConfigChanges, { plugins }: Config): void {
    const { files, log } = this.#options;
    const fields = { config: files.path, ...changes };
    if (!isUnchanged(changes)) log.info(fields, "the config was changed");
    // Whoever read of a trouble wants to read that it is over.
    else if (this.#trouble !== undefined) log.info(fields, "the config is unchanged in effect");
    else log.debug(fields, "the config is unchanged in effect");
    const left = this.#config.plugins.filter((name) => !plugins.includes(name));
    if (left.length === 0) return;
    log.warn(
      { plugins: left },
      "plugins that are no longer named stay loaded until the next start",
    );
  }
}

function sayError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether files hold the same, and are the same. */
function isSame(some: Contents, others: Contents | undefined): boolean {
  if (some.size !== others?.size) return false;
  return [...some].every(([path, content]) => others.get(path) === content);
}
