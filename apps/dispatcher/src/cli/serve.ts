import { loadConfig } from "../config/config.ts";
import { startDispatcher } from "../dispatcher.ts";
import { adminTokenFile, takeKeys } from "../keys.ts";
import { createLog } from "../log.ts";
import { readSettings } from "../settings.ts";
import { readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { configFileOf, formatProblems } from "./config-file.ts";

/** `syncbell serve`: the dispatcher, until it is asked to stop; then a clean drain. */
export const serve: Command = async (words, { env, out, stopRequested }) => {
  const flags = readFlags(words, ["config"]);
  const stopped = stopRequested();
  const settings = readSettings(env);
  const file = configFileOf(flags.config, settings);
  const loaded = file === undefined ? undefined : await loadConfig(file, env);
  if (loaded?.ok === false) {
    out.error(formatProblems(loaded.problems, flags.json));
    return 1;
  }
  const config = loaded?.config;
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
  const destinations = config?.destinations.map(({ id }) => id) ?? [];
  log.info({ url: dispatcher.url, config: file, destinations }, "serving");
  if (!config) log.warn({}, "there is no config file: events are kept, and nobody hears of them");
  await stopped;
  log.info({}, "stopping: finishing what is under way");
  await dispatcher.stop();
  log.info({}, "stopped");
  return 0;
};
