import { channel as http } from "@syncbell/channel-http";
import { channel as slack } from "@syncbell/channel-slack";
import { channel as teams } from "@syncbell/channel-teams";
import { channel as template } from "@syncbell/channel-template";
import { API_VERSION, type AnyChannel, plainMessage } from "@syncbell/core";
import { z } from "zod";
import { type PluginWait, importPlugin, lastingFault } from "./registry-import.ts";

/** The channels that are always there. */
const SHIPPED: readonly AnyChannel[] = [http, slack, teams, template];

/** A plugin that can't be used, and why. `index` is its place in the list that was given. */
export interface PluginProblem {
  readonly index: number;
  readonly message: string;
}

/** The channels that are always there, by type. */
export const SHIPPED_CHANNELS: ReadonlyMap<string, AnyChannel> = new Map(
  SHIPPED.map((channel) => [channel.type, channel]),
);

export interface Registry {
  /** The channels by type. */
  readonly channels: ReadonlyMap<string, AnyChannel>;
  readonly problems: readonly PluginProblem[];
}

const versionShape = z.looseObject({ apiVersion: z.number() });

const channelShape = z.looseObject({
  type: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, {
    error: "must be 1 to 40 lower-case letters, digits or hyphens",
  }),
  title: z.string().min(1, "must not be empty"),
  config: z.instanceof(z.ZodType, { error: "is not a zod schema" }),
  limits: z.looseObject({
    concurrency: z.int().positive(),
    dropsRepeats: z.boolean(),
    maxBytes: z.int().positive().optional(),
    pace: z
      .union([
        z.function(),
        z.looseObject({ perSecond: z.number().positive(), burst: z.int().positive() }),
      ])
      .optional(),
  }),
  render: z.function(),
  connect: z.function(),
  inbound: z
    .looseObject({
      path: z.string().regex(/^(?!\/(?:v1|healthz|readyz)(?:\/|$))(?:\/[\w-]+)+$/i, {
        error: "must be an absolute path, like /api/messages, that the API has not taken",
      }),
      maxBytes: z.int().positive(),
    })
    .optional(),
});

/**
 * Loads plugins by the name of their package, resolved from the folder `from`, side by side. A plugin
 * exports its channel under the name `channel`. Never throws: what is wrong with a plugin is a problem.
 * What was loaded once in this process stays as it was then.
 */
export async function loadChannels(
  plugins: readonly string[],
  from: string,
  wait: PluginWait = {},
): Promise<Registry> {
  const channels = new Map(SHIPPED_CHANNELS);
  const origins = new Map(SHIPPED.map(({ type }) => [type, "Syncbell itself"]));
  const problems: PluginProblem[] = [];
  const names = [...new Set(plugins)].filter((name) => name !== "");
  const all = await Promise.all(names.map((name) => loadPlugin(name, from, wait)));
  for (const [index, name] of plugins.entries()) {
    const loaded = all[names.indexOf(name)];
    if (loaded === undefined) continue;
    if (typeof loaded === "string") {
      problems.push({ index, message: `plugin ${name} ${loaded}` });
      continue;
    }
    const origin = origins.get(loaded.type);
    if (origin !== undefined) {
      const message = `plugin ${name} brings the channel "${loaded.type}", as ${origin} does`;
      problems.push({ index, message });
      continue;
    }
    channels.set(loaded.type, loaded);
    origins.set(loaded.type, `plugin ${name}`);
  }
  return { channels, problems };
}

async function loadPlugin(
  name: string,
  from: string,
  wait: PluginWait,
): Promise<AnyChannel | string> {
  const imported = await importPlugin(name, from, wait);
  if (!imported.ok) return imported.fault;
  const { module, url } = imported;
  const channel = channelOf(module);
  return typeof channel === "string" ? lastingFault(url, module, channel) : channel;
}

/** The channel of a module, or what is wrong with it. */
function channelOf(module: { readonly channel?: unknown }): AnyChannel | string {
  const candidate = module.channel;
  if (candidate === undefined) return 'has no export named "channel"';
  const versioned = versionShape.safeParse(candidate, { error: plainMessage });
  if (!versioned.success) return notAChannel(versioned.error);
  const { apiVersion } = versioned.data;
  // Of another version nothing more can be said: it may look different altogether.
  if (apiVersion !== API_VERSION) {
    return `is written for version ${apiVersion} of the channel contract, not ${API_VERSION}`;
  }
  const shape = channelShape.safeParse(candidate, { error: plainMessage });
  return shape.success ? (candidate as AnyChannel) : notAChannel(shape.error);
}

function notAChannel({ issues: [first] }: z.ZodError): string {
  const place = first?.path.map(String).join(".") ?? "";
  return `is not a channel: ${place === "" ? "it" : `"${place}"`} ${first?.message ?? ""}`;
}
