import { dirname, resolve } from "node:path";
import { type AnyChannel, plainMessage } from "@syncbell/core";
import { type LinkTemplate, parseDuration } from "@syncbell/engine";
import { LineCounter, parseDocument } from "yaml";
import { isObject } from "../json-object.ts";
import type { PluginWait } from "../registry-import.ts";
import { SHIPPED_CHANNELS, loadChannels } from "../registry.ts";
import { type ConfigProblem, placeFinder } from "./config-problem.ts";
import { configSchema } from "./config-schema.ts";
import {
  type ConfiguredDestination,
  type Reading,
  fallbackProblem,
  readDestination,
} from "./destination-entry.ts";
import { readFileOrPipe, readRegularFile } from "./read-file.ts";
import { type Report, reportIssues } from "./report.ts";
import { type Environment, type ReadText, errorCode } from "./secret-refs.ts";
import { checkSyntax } from "./syntax.ts";

export interface Config {
  readonly destinations: readonly ConfiguredDestination[];
  readonly links: readonly LinkTemplate[];
  /** Networks that destinations may reach although they are not public. */
  readonly allow: readonly string[];
  /** How long events are kept, in milliseconds. Absent: as long as Syncbell chooses. */
  readonly retentionMs?: number;
  /** The names of the plugins, in the order of the file. */
  readonly plugins: readonly string[];
  /** The channels that are there, those of the plugins too, by type. */
  readonly channels: ReadonlyMap<string, AnyChannel>;
}

/** What a dispatcher without a config file runs on. */
export const EMPTY_CONFIG: Config = {
  destinations: [],
  links: [],
  allow: [],
  plugins: [],
  channels: SHIPPED_CHANNELS,
};

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      /** What is probably a slip, and may be right. */
      readonly warnings: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** How a config, and what it refers to, is read. */
export interface LoadOptions {
  /** Reads the config file itself. Absent: a file, or all that comes through a pipe. */
  readonly readConfig?: ReadText;
  /** Reads files with secrets. Absent: files alone, as a pipe could be waited for without end. */
  readonly readSecret?: ReadText;
  readonly wait?: PluginWait;
}

/**
 * Reads a config file and everything that it refers to: plugins, secrets by env and file. Opens no
 * connection. Answers all problems at once, in the order of the file.
 */
export async function loadConfig(
  file: string,
  env: Environment,
  {
    readConfig: readText = readFileOrPipe,
    readSecret = readRegularFile,
    wait = {},
  }: LoadOptions = {},
): Promise<LoadedConfig> {
  let text: string;
  try {
    text = readText(resolve(file));
  } catch (error) {
    const code = errorCode(error);
    const message = code === "ENOENT" ? "there is no such file" : `can't be read (${code})`;
    return { ok: false, problems: [{ file, line: 1, column: 1, message }] };
  }
  const lines = new LineCounter();
  // The parser's own warnings would quote the file on the terminal.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const syntax = checkSyntax(document);
  const problems: ConfigProblem[] = syntax.problems.map(({ offset, message }) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, message };
  });
  if (!syntax.readable) return { ok: false, problems };
  const placeOf = placeFinder(document, lines);
  const report: Report = (path, message, aim = "value") =>
    void problems.push({ file, ...placeOf(path, aim), message });
  const warnings: ConfigProblem[] = [];
  const warn: Report = (path, message, aim = "value") =>
    void warnings.push({ file, ...placeOf(path, aim), message: `warning: ${message}` });
  let input: unknown;
  try {
    input = document.toJS();
  } catch {
    report([], "its aliases stand for more than can be read");
    return { ok: false, problems };
  }
  const config = await readConfig(input, {
    sources: { env, folder: dirname(resolve(file)), readText: readSecret },
    report,
    warn,
    wait,
  });
  if (problems.length === 0) return { ok: true, config, warnings: inOrder(warnings) };
  return { ok: false, problems: inOrder(problems) };
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

async function readConfig(
  input: unknown,
  reading: Required<Reading> & { readonly wait: PluginWait },
): Promise<Config> {
  const { report, sources, wait } = reading;
  if (input === null || input === undefined) {
    report([], "the file is empty");
    return EMPTY_CONFIG;
  }
  const checked = configSchema.safeParse(input, { error: plainMessage });
  if (!checked.success) reportIssues(checked.error.issues, [], report);
  // What can be read of a config with mistakes is checked too: all problems are told at once.
  const raw = isObject(input) ? input : {};
  const { channels, problems } = await loadChannels(texts(raw["plugins"]), sources.folder, wait);
  for (const { index, message } of problems) report(["plugins", index], message);
  const entries: readonly unknown[] = Array.isArray(raw["destinations"]) ? raw["destinations"] : [];
  const destinations = entries.map((entry, index) =>
    isObject(entry)
      ? readDestination(entry, ["destinations", index], channels, reading)
      : undefined,
  );
  reportTwins(entries, report);
  reportFallbacks(entries, report);
  if (!checked.success) return EMPTY_CONFIG;
  const retentionMs = parseDuration(checked.data.retention ?? "");
  return {
    destinations: destinations.filter((one) => one !== undefined),
    links: Object.entries(checked.data.links ?? {}).map(([name, template]) => ({ name, template })),
    allow: checked.data.network?.allow ?? [],
    plugins: checked.data.plugins ?? [],
    channels,
    ...(retentionMs === undefined ? {} : { retentionMs }),
  };
}

function reportTwins(entries: readonly unknown[], report: Report): void {
  const seen = new Set<unknown>();
  for (const [index, entry] of entries.entries()) {
    const id = isObject(entry) ? entry["id"] : undefined;
    if (typeof id !== "string") continue;
    if (seen.has(id)) report(["destinations", index, "id"], `there are two destinations "${id}"`);
    seen.add(id);
  }
}

/** A fallback is another destination of the file. */
function reportFallbacks(entries: readonly unknown[], report: Report): void {
  const ids = new Set(entries.map((entry) => (isObject(entry) ? entry["id"] : undefined)));
  for (const [index, entry] of entries.entries()) {
    const { id, fallback } = isObject(entry) ? entry : {};
    if (typeof fallback !== "string" || fallback === "") continue;
    const problem = fallbackProblem(fallback, id, (one) => ids.has(one));
    if (problem !== undefined) report(["destinations", index, "fallback"], problem);
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((item) => (typeof item === "string" ? item : "")) : [];
}
