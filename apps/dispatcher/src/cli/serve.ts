import { ConfigFiles } from "../config/config-files.ts";
import { warnOf } from "../config/config-problem.ts";
import { ConfigWatch } from "../config/config-watch.ts";
import { startDispatcher } from "../dispatcher.ts";
import { adminTokenFile, takeKeys } from "../keys.ts";
import { createLog } from "../log.ts";
import { readSettings } from "../settings.ts";
import { readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { DEFAULT_FILE, configFileOf, formatProblems } from "./config-file.ts";

/**
 * `syncbell serve`: the dispatcher, until it is asked to stop; then a clean drain. Its config is watched,
 * also where the default file comes into being only later.
 */
export const serve: Command = async (words, { env, out, stopRequested, onReload }) => {
  const flags = readFlags(words, ["config"]);
  const stopped = stopRequested();
  const settings = readSettings(env);
  const file = configFileOf(flags.config, settings);
  const files = new ConfigFiles(file ?? DEFAULT_FILE, env);
  // What is asked for before the config is read is done by reading it.
  let look = (): void => undefined;
  onReload(() => look());
  const read = file === undefined ? undefined : await files.readAtStart();
  if (read?.loaded.ok === false) {
    out.error(formatProblems(read.loaded.problems, flags.json));
    return 1;
  }
  const config = read?.loaded.config;
  const log = createLog(settings.logLevel);
  const { database, host, port } = settings;
  const keys = takeKeys(settings);
  // Secrets are for the terminal alone, past the log.
  if (keys.madeAdminToken) {
    const kept = adminTokenFile(database);
    out.error(`The admin token, shown this once and kept in ${kept}:\n  ${keys.adminToken}\n`);
  }
  const dispatcher = await startDispatcher({
    config,
    keys,
    database,
    host,
    port,
    log,
    onNewSecret: ({ destinationId, field, secret }) =>
      out.error(`The ${field} of destination "${destinationId}", shown this once:\n  ${secret}\n`),
  });
  if (read?.loaded.ok) warnOf(read.loaded.warnings, log);
  const destinations = config?.destinations.map(({ id }) => id) ?? [];
  log.info({ url: dispatcher.url, pid: process.pid, config: file, destinations }, "serving");
  if (!config) {
    const fields = { awaited: DEFAULT_FILE };
    log.warn(fields, "there is no config file: events are kept, and nobody hears of them");
  }
  const watch = new ConfigWatch({
    files,
    config,
    contents: read?.contents ?? files.none,
    apply: (next) => dispatcher.configure(next),
    log,
  });
  watch.start();
  look = () => watch.lookNow();
  await stopped;
  log.info({}, "stopping: finishing what is under way");
  await watch.stop();
  await dispatcher.stop();
  log.info({}, "stopped");
  return 0;
};
