import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ConfigFiles } from "../config/config-files.ts";
import { ConfigWatch } from "../config/config-watch.ts";
import type { Environment } from "../config/secret-refs.ts";
import { type RunningDispatcher, type RunningOptions, startRunning } from "./running-dispatcher.ts";
import { until } from "./until.ts";

/** How often a test's files are looked at, in milliseconds. */
const EVERY_MS = 5;

/** A line of the log, as far as it is about the config. */
export interface ConfigLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: any;
}

/** A dispatcher in this process whose config file is watched. */
export interface WatchedDispatcher extends RunningDispatcher {
  readonly file: string;
  /** Changes the config in one step; answers what is logged of it. */
  readonly edit: (text: string) => Promise<ConfigLine>;
  /** Does something to the files; answers what is logged of it. */
  readonly after: (act: () => void) => Promise<ConfigLine>;
  /** What was logged of the config so far. */
  readonly said: () => readonly ConfigLine[];
}

/** Starts one with a config that lives as long as the running test. */
export async function startWatched(
  config: string,
  options: RunningOptions & { readonly env?: Environment } = {},
): Promise<WatchedDispatcher> {
  const running = await startRunning({ config, ...options });
  const { folder, logger, configure } = running;
  const file = join(folder, "syncbell.yaml");
  const files = new ConfigFiles(file, options.env ?? {});
  const { loaded, contents } = await files.readAtStart();
  if (!loaded.ok) throw new Error("the config can't be read");
  const watch = new ConfigWatch({
    files,
    config: loaded.config,
    contents,
    apply: configure,
    log: logger,
    everyMs: EVERY_MS,
  });
  watch.start();
  onTestFinished(() => watch.stop());
  const said = (): readonly ConfigLine[] =>
    running.log
      .map((line) => JSON.parse(line) as ConfigLine)
      .filter(({ message }) => message.startsWith("the config"));
  const after: WatchedDispatcher["after"] = async (act) => {
    const before = said().length;
    act();
    await until(() => said().length > before);
    return said()[before] as ConfigLine;
  };
  const edit = (text: string): Promise<ConfigLine> => after(() => replaceFile(file, text));
  return { ...running, file, edit, after, said };
}

/** Writes a file as careful editors do: beside it first, and then in its place. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
