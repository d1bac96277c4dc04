import { loadConfig } from "../config/config.ts";
import { readSettings } from "../settings.ts";
import { readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { configFileOf, formatProblems } from "./config-file.ts";

/** `syncbell check`: reads the config and all that it refers to; opens nothing outside. */
export const check: Command = async (words, { env, out }) => {
  const flags = readFlags(words, ["config"]);
  const file = configFileOf(flags.config, readSettings(env));
  if (file === undefined) {
    out.error(
      "there is no syncbell.yaml here; name a file with --config FILE or SYNCBELL_CONFIG\n",
    );
    return 1;
  }
  const loaded = await loadConfig(file, env);
  if (!loaded.ok) {
    out.print(formatProblems(loaded.problems, flags.json));
    return 1;
  }
  const destinations = loaded.config.destinations.map(({ id }) => id);
  out.print(
    flags.json
      ? `${JSON.stringify({ problems: [], destinations }, null, 2)}\n`
      : `${file}: no problems; destinations: ${destinations.join(", ") || "none"}\n`,
  );
  return 0;
};
