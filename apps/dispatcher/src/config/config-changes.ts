import { isDeepStrictEqual } from "node:util";
import type { Config } from "./config.ts";
import type { ConfiguredDestination } from "./destination-entry.ts";

/** What is different in a config: destinations by id, and other settings by their key in the file. */
export interface ConfigChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly settings: readonly Setting[];
}

type Setting = "links" | "network" | "plugins" | "retention" | "order";

/** Compares what two configs come to, secrets included; `order` is that of the destinations. */
export function changesBetween(before: Config, after: Config): ConfigChanges {
  const old = new Map(before.destinations.map((one) => [one.id, one]));
  const ids = new Set(after.destinations.map(({ id }) => id));
  const stayed = [...old.keys()].filter((id) => ids.has(id));
  const nowStayed = [...ids].filter((id) => old.has(id));
  const different: readonly (readonly [Setting, unknown, unknown])[] = [
    ["links", before.links, after.links],
    ["network", before.allow, after.allow],
    ["plugins", before.plugins, after.plugins],
    ["retention", before.retentionMs, after.retentionMs],
    ["order", stayed, nowStayed],
  ];
  return {
    added: [...ids].filter((id) => !old.has(id)),
    changed: after.destinations
      .filter((one) => old.has(one.id) && !isSame(one, old.get(one.id)))
      .map(({ id }) => id),
    removed: [...old.keys()].filter((id) => !ids.has(id)),
    settings: different.flatMap(([name, was, is]) => (isDeepStrictEqual(was, is) ? [] : [name])),
  };
}

/** Whether two configs come to the same. */
export function isUnchanged({ added, changed, removed, settings }: ConfigChanges): boolean {
  return [added, changed, removed, settings].every((list) => list.length === 0);
}

/** A rule and the times are compared as they are written; what they come to follows from that. */
function isSame(one: ConfiguredDestination, other: ConfiguredDestination | undefined): boolean {
  return (
    one.channel === other?.channel &&
    isDeepStrictEqual(one.config, other.config) &&
    isDeepStrictEqual(one.written, other.written)
  );
}
