import { type AnyChannel, type Pace, plainMessage, verbatimFields } from "@syncbell/core";
import { type Query, type Subscription, compileQuery, parseDuration } from "@syncbell/engine";
import { readTelling } from "./telling.ts";
import type { ConfigPath } from "./config-problem.ts";
import { type Report, reportIssues } from "./report.ts";
import { type SecretSources, resolveConfig } from "./secret-refs.ts";

/** A destination of the config, checked; secrets that Syncbell makes itself may still be missing. */
export interface ConfiguredDestination extends Subscription {
  readonly channel: AnyChannel;
  readonly config: Readonly<Record<string, unknown>>;
  readonly pace?: Pace;
  readonly written: Readonly<Record<string, unknown>>;
}

/** What reading a config needs to know of the world. */
export interface Reading {
  /** Where references to secrets lead to. Absent: there are none, what is given is in place. */
  readonly sources?: SecretSources;
  readonly report: Report;
  /** Takes down what is probably a slip. Absent: nobody wants to know. */
  readonly warn?: Report;
}

/** What stands beside what was written of a destination. */
const SHOWN_APART: ReadonlySet<string> = new Set(["id", "channel", "config"]);

/**
 * Reads the parts of a destination that its channel and its rule decide on. The entry may have other
 * mistakes, which are reported elsewhere; undefined where too little is left to make a destination.
 */
export function readDestination(
  entry: Readonly<Record<string, unknown>>,
  at: ConfigPath,
  channels: ReadonlyMap<string, AnyChannel>,
  reading: Reading,
): ConfiguredDestination | undefined {
  const subscription = readSubscription(entry, at, reading);
  const channel = readChannel(entry["channel"], channels, [...at, "channel"], reading);
  const config = readChannelConfig(entry, channel, [...at, "config"], reading);
  if (!channel || config === undefined || !subscription) return undefined;
  const pace = readPace(entry["pace"]);
  const written = Object.entries(entry).filter(
    ([name, value]) => value !== undefined && !SHOWN_APART.has(name),
  );
  return {
    ...subscription,
    channel,
    config,
    ...(pace === undefined ? {} : { pace }),
    written: Object.fromEntries(written),
  };
}

/**
 * Reads what a destination wants to hear of, and when. Mistakes outside of its rule are reported
 * elsewhere; undefined where it has no id.
 */
export function readSubscription(
  entry: Readonly<Record<string, unknown>>,
  at: ConfigPath,
  reading: Reading,
): Subscription | undefined {
  const { id, tenant, expire, fallback } = entry;
  const when = readRule(entry["when"], [...at, "when"], reading);
  if (typeof id !== "string") return undefined;
  const expireMs = typeof expire === "string" ? parseDuration(expire) : undefined;
  return {
    id,
    ...(typeof tenant === "string" ? { tenant } : {}),
    ...(when === undefined ? {} : { when }),
    ...readTelling(entry),
    ...(expireMs === undefined ? {} : { expireMs }),
    ...(typeof fallback === "string" ? { fallback } : {}),
  };
}

/** What is wrong with a fallback: it is another destination, and one that there is. */
export function fallbackProblem(
  fallback: string,
  of: unknown,
  isKnown: (id: string) => boolean,
): string | undefined {
  if (fallback === of) return "a destination can't be its own fallback";
  return isKnown(fallback) ? undefined : `there is no destination "${fallback}"`;
}

/** A pace that is none is reported elsewhere. */
function readPace(pace: unknown): Pace | undefined {
  if (typeof pace !== "object" || pace === null) return undefined;
  const { per_second: perSecond, burst } = pace as Readonly<Record<string, unknown>>;
  if (typeof perSecond !== "number") return undefined;
  return {
    perSecond,
    burst: typeof burst === "number" ? burst : Math.max(1, Math.ceil(perSecond)),
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
  { sources, report }: Reading,
): Readonly<Record<string, unknown>> | undefined {
  const refused = new Set<string>();
  const asWritten = channel ? verbatimFields(channel.config) : new Set<string>();
  const given = entry["config"] ?? {};
  const resolved =
    sources === undefined
      ? given
      : resolveConfig(given, at, asWritten, sources, (path, message) => {
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

function readRule(input: unknown, at: ConfigPath, { report, warn }: Reading): Query | undefined {
  if (input === undefined) return undefined;
  const compiled = compileQuery(input);
  if (compiled.ok) {
    for (const { path, message } of compiled.warnings) warn?.([...at, ...path], message, "key");
    return compiled.query;
  }
  for (const { path, message } of compiled.problems) report([...at, ...path], message, "key");
  return undefined;
}
