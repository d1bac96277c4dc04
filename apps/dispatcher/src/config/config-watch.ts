import { setTimeout as pause } from "node:timers/promises";
import type { EngineLog } from "@syncbell/engine";
import { type ConfigChanges, changesBetween, isUnchanged } from "./config-changes.ts";
import type { ConfigFiles, Contents, ReadConfig } from "./config-files.ts";
import { formatProblem } from "./config-problem.ts";
import { type Config, EMPTY_CONFIG } from "./config.ts";

/**
 * How often the files are looked at, in milliseconds. By their contents: what a file system tells of
 * changes is not told over a network, nor into every container.
 */
const LOOK_EVERY_MS = 1_000;

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
  #isRefused = false;
  #isFailing = false;
  #isAsked = false;
  #isStopping = false;
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

  /** Looks at once, and takes what is there; mistakes that were found before are looked for anew. */
  lookNow(): void {
    this.#isAsked = true;
    this.#nap.abort();
  }

  /** Resolves when no config is being put in effect, and none will be. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#nap.abort();
    await this.#applying?.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { log, everyMs = LOOK_EVERY_MS } = this.#options;
    while (!this.#isStopping) {
      if (!this.#isAsked) {
        this.#nap = new AbortController();
        await pause(everyMs, undefined, { signal: this.#nap.signal }).catch(() => undefined);
      }
      const isAsked = this.#isAsked;
      this.#isAsked = false;
      try {
        await this.#look(isAsked);
      } catch (error) {
        // A plugin that throws while its config is read: what it thinks of the same again is known.
        this.#handled = this.#seen;
        this.#isRefused = true;
        log.error({ err: error }, "the config could not be read: the old one stays");
      }
    }
  }

  async #look(isAsked: boolean): Promise<void> {
    const { files, log } = this.#options;
    const before = this.#seen;
    this.#seen = await files.look(before.keys());
    if (isSame(this.#seen, this.#handled) && !(isAsked && this.#isRefused)) {
      if (isAsked) log.info({ config: files.path }, "the config has not changed");
      return;
    }
    if (!isAsked && !isSame(this.#seen, before)) return;
    const read = await files.read();
    const isSettled = isAsked || isSame(read.contents, this.#seen);
    this.#seen = read.contents;
    if (isSettled && !this.#isStopping) await this.#take(read);
  }

  async #take({ loaded, contents }: ReadConfig): Promise<void> {
    const { files, log, apply } = this.#options;
    if (!loaded.ok) {
      this.#handled = contents;
      this.#isRefused = true;
      const problems = loaded.problems.map(formatProblem);
      log.error({ config: files.path, problems }, "the config was refused: the old one stays");
      return;
    }
    try {
      this.#applying = apply(loaded.config);
      await this.#applying;
    } catch (error) {
      this.#handled = undefined;
      const message = "the config could not be put in effect: the old one stays, it is tried again";
      if (!this.#isFailing) log.error({ err: error }, message);
      this.#isFailing = true;
      return;
    }
    this.#say(changesBetween(this.#config, loaded.config), loaded.config);
    this.#config = loaded.config;
    this.#handled = contents;
    this.#isRefused = false;
    this.#isFailing = false;
  }

  #say(changes: ConfigChanges, { plugins }: Config): void {
    const { files, log } = this.#options;
    const fields = { config: files.path, ...changes };
    if (!isUnchanged(changes)) log.info(fields, "the config was changed");
    // Whoever read that it was refused wants to read that it is in order again.
    else if (this.#isRefused) log.info(fields, "the config is unchanged in effect");
    else log.debug(fields, "the config is unchanged in effect");
    const left = this.#config.plugins.filter((name) => !plugins.includes(name));
    if (left.length === 0) return;
    log.warn(
      { plugins: left },
      "plugins that are no longer named stay loaded until the next start",
    );
  }
}

/** Whether files hold the same, and are the same. */
function isSame(some: Contents, others: Contents | undefined): boolean {
  if (some.size !== others?.size) return false;
  return [...some].every(([path, content]) => others.get(path) === content);
}
