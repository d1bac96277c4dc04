import { dirname } from "node:path";
import { type AnyChannel, plainMessage, verbatimFields } from "@syncbell/core";
import { type Query, compileQuery, parseDuration } from "@syncbell/engine";
import type { ConfigPath } from "./config-problem.ts";
import { type Report, reportIssues } from "./report.ts";
import { type Environment, resolveConfig } from "./secret-refs.ts";

/** A destination of the config, checked; secrets that Syncbell makes itself may still be missing. */
export interface ConfiguredDestination {
  readonly id: string;
  readonly channel: AnyChannel;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tenant?: string;
  readonly when?: Query;
  readonly expireMs?: number;
}

/** What reading a config needs to know of the world. */
export interface Reading {
  readonly file: string;
  readonly env: Environment;
  readonly report: Report;
}

/**
 * Reads the parts of a destination that its channel and its rule decide on. The entry may have other
 * mistakes, which are reported elsewhere; undefined where too little is left to make a destination.
 */
export function readDestination(
  entry: Readonly<Record<string, unknown>>,
  index: number,
  channels: ReadonlyMap<string, AnyChannel>,
  reading: Reading,
): ConfiguredDestination | undefined {
  const at = ["destinations", index] as const;
  const { id, tenant, expire } = entry;
  const when = readRule(entry["when"], [...at, "when"], reading);
  const channel = readChannel(entry["channel"], channels, [...at, "channel"], reading);
  const config = readChannelConfig(entry, channel, [...at, "config"], reading);
  if (!channel || config === undefined || typeof id !== "string") return undefined;
  const expireMs = typeof expire === "string" ? parseDuration(expire) : undefined;
  return {
    id,
    channel,
    config,
    ...(typeof tenant === "string" ? { tenant } : {}),
    ...(when === undefined ? {} : { when }),
    ...(expireMs === undefined ? {} : { expireMs }),
  };
}

function readChannel(
  name: unknown,
  channels: ReadonlyMap<string, AnyChannel>,
  at: ConfigPath,
  { report }: Reading,
): AnyChannel | undefined {
  if (typeof name !== "string") return undefined;
  const channel = channels.get(name);
  const known = [...channels.keys()].toSorted().join(", ");
  if (!channel) report(at, `there is no channel "${name}"; there are: ${known}`);
  return channel;
}

function readChannelConfig(
  entry: Readonly<Record<string, unknown>>,
  channel: AnyChannel | undefined,
  at: ConfigPath,
  { env, file, report }: Reading,
): Readonly<Record<string, unknown>> | undefined {
  const refused = new Set<string>();
  const sources = { env, folder: dirname(file) };
  const asWritten = channel ? verbatimFields(channel.config) : new Set<string>();
  const given = entry["config"] ?? {};
  const resolved = resolveConfig(given, at, asWritten, sources, (path, message) => {
    refused.add(path.join("."));
    report(path, `destination "${String(entry["id"])}": ${message}`);
  });
  if (!channel) return undefined;
  const checked = channel.config.safeParse(resolved, { error: plainMessage });
  if (checked.success) return checked.data as Readonly<Record<string, unknown>>;
  const issues = checked.error.issues.filter(
    ({ path }) => !refused.has([...at, ...path].map(String).join(".")),
  );
  reportIssues(issues, at, report);
  return undefined;
}

function readRule(input: unknown, at: ConfigPath, { report }: Reading): Query | undefined {
  if (input === undefined) return undefined;
  const compiled = compileQuery(input);
  if (compiled.ok) return compiled.query;
  for (const { path, message } of compiled.problems) report([...at, ...path], message, "key");
  return undefined;
}
