import { rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ConfigFiles, type Contents } from "../config/config-files.ts";
import { ConfigWatch } from "../config/config-watch.ts";
import { writeConfig } from "./config-file.ts";
import { temporaryFolder } from "./folder.ts";
import { logInto } from "./running-dispatcher.ts";
import type { ConfigLine } from "./watched-dispatcher.ts";

/** A config that is watched step by step: it is looked at when a test says so. */
export interface ConfigSteps {
  readonly file: string;
  readonly watch: ConfigWatch;
  readonly write: (text: string) => void;
  readonly remove: () => void;
  /** Lets one look happen; answers the messages that were logged of it. */
  readonly look: () => Promise<readonly string[]>;
  readonly lines: () => readonly ConfigLine[];
  /** The configs that were put in effect, as the ids of their destinations. */
  readonly applied: () => readonly string[];
}

/** Files that wait before each look until they may be looked at. */
class SteppedFiles extends ConfigFiles {
  #go = Promise.withResolvers<void>();
  #waits = Promise.withResolvers<void>();

  override async look(paths: Iterable<string>): Promise<Contents> {
    this.#waits.resolve();
    await this.#go.promise;
    return super.look(paths);
  }

  /** Lets a look happen, and answers when the next one is about to. */
  async step(): Promise<void> {
    await this.#waits.promise;
    const go = this.#go;
    this.#go = Promise.withResolvers();
    this.#waits = Promise.withResolvers();
    go.resolve();
    await this.#waits.promise;
  }

  /** Lets the look happen that waits. */
  letGo(): void {
    this.#go.resolve();
  }
}

/**
 * Starts to watch the config file of a folder, with this text, or with what is in it already. What is
 * found to be changed is given to `apply`.
 */
export async function startSteps(
  text: string | undefined,
  folder: string = temporaryFolder(),
  apply: () => Promise<void> = () => Promise.resolve(),
  deadlineMs?: number,
): Promise<ConfigSteps> {
  const file = join(folder, "syncbell.yaml");
  if (text !== undefined) writeConfig(folder, text);
  const files = new SteppedFiles(file, {}, deadlineMs);
  const { loaded, contents } = await files.readAtStart();
  const applied: string[] = [];
  const log: string[] = [];
  const lines = (): readonly ConfigLine[] => log.map((line) => JSON.parse(line) as ConfigLine);
  const watch = new ConfigWatch({
    files,
    config: loaded.ok ? loaded.config : undefined,
    contents,
    async apply({ destinations }) {
      await apply();
      applied.push(destinations.map(({ id }) => id).join());
    },
    log: logInto(log),
    everyMs: 0,
  });
  watch.start();
  onTestFinished(async () => {
    await watch.stop();
    files.letGo();
  });
  return {
    file,
    watch,
    write: (next) => void writeConfig(folder, next),
    remove: () => rmSync(file, { force: true }),
    async look() {
      const before = log.length;
      await files.step();
      return lines()
        .slice(before)
        .map(({ message }) => message);
    },
    lines,
    applied: () => applied,
  };
}
