import { existsSync } from "node:fs";
import type { ConfigProblem } from "../config/config-problem.ts";
import { formatProblem } from "../config/config-problem.ts";
import type { Settings } from "../settings.ts";

/** The config file that is taken where none is named. */
export const DEFAULT_FILE = "syncbell.yaml";

/** The config file of a run: the one that was named, else the default one if it is there. */
export function configFileOf(named: string | undefined, settings: Settings): string | undefined {
  return named ?? settings.configFile ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
}

/** Problems as lines for a terminal, or as JSON for a program. */
export function formatProblems(problems: readonly ConfigProblem[], json: boolean): string {
  return json
    ? `${JSON.stringify({ problems }, null, 2)}\n`
    : problems.map((problem) => `${formatProblem(problem)}\n`).join("");
}
