import type { Destination } from "@syncbell/engine";
import { type Config, loadConfig } from "../config/config.ts";
import type { ConfigProblem } from "../config/config-problem.ts";
import { readSettings } from "../settings.ts";
import { type Flags, UsageError } from "./arguments.ts";
import type { Surroundings } from "./command.ts";
import { configFileOf, formatProblems } from "./config-file.ts";

/** A config, and the file that it was read from. */
export interface ConfigOfFile extends Config {
  readonly file: string;
  /** What is probably a slip in it. */
  readonly warnings: readonly ConfigProblem[];
}

/** The config that a command goes by; undefined after its problems were told. */
export async function configured(
  flags: Flags,
  { env, out }: Surroundings,
): Promise<ConfigOfFile | undefined> {
  const file = configFileOf(flags.config, readSettings(env));
  if (file === undefined) {
    out.error(
      "there is no syncbell.yaml here; name a file with --config FILE or SYNCBELL_CONFIG\n",
    );
    return undefined;
  }
  const loaded = await loadConfig(file, env);
  if (loaded.ok) return { ...loaded.config, file, warnings: loaded.warnings };
  out.print(formatProblems(loaded.problems, flags.json));
  return undefined;
}

/** The destinations that are asked about: the one that was named, or all. Throws UsageError for none. */
export function chosen({ destinations }: Config, id: string | undefined): readonly Destination[] {
  if (id === undefined) return destinations;
  const named = destinations.filter((one) => one.id === id);
  if (named.length > 0) return named;
  throw new UsageError(`there is no destination ${JSON.stringify(id)} in the config`);
}
