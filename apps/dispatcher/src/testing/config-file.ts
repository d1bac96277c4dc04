import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { loadConfig } from "../config/config.ts";
import { formatProblem } from "../config/config-problem.ts";
import type { Environment } from "../config/secret-refs.ts";
import { temporaryFolder } from "./folder.ts";

/** Where a config that a test writes may send to: this machine and no other. */
export const LOOPBACK = "network: { allow: [127.0.0.0/8] }\n";

export function writeConfig(folder: string, text: string | Uint8Array): string {
  const file = join(folder, "syncbell.yaml");
  writeFileSync(file, text);
  return file;
}

/** The problems of a config, as lines, with the file's name in place of its path. */
export async function mistakesIn(
  text: string | Uint8Array,
  env: Environment = {},
  folder: string = temporaryFolder(),
): Promise<readonly string[]> {
  const loaded = await loadConfig(writeConfig(folder, text), env);
  if (loaded.ok) return [];
  return loaded.problems.map((problem) =>
    formatProblem({ ...problem, file: basename(problem.file) }),
  );
}

/** A destination of the config: one at an HTTP receiver, unless lines of its own are given. */
export function withDestination(...lines: readonly string[]): string {
  return ["destinations:", "  - id: ops", ...lines.map((line) => `    ${line}`), ""].join("\n");
}
