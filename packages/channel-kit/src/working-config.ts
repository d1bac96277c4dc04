import { type AnyChannel, madeSecrets, secretsIn } from "@syncbell/core";
import type { ChannelProof } from "./proof.ts";

/** A part of a path that no service would use by chance, so that it is found where it leaks. */
const URL_TOKEN = "kit-token-9f3c5e1b7a42";

/** Where a receiver at this origin is said to be: with a part that only its owner should know. */
export function addressAt(origin: string): string {
  return `${origin}/${URL_TOKEN}`;
}

/** The config of a proof for a receiver, as Syncbell completes it before a channel sees it. */
export interface WorkingConfig {
  /** As a person wrote it, with the secrets that Syncbell makes. */
  readonly given: unknown;
  /** As the channel's schema answers it; as it was given where the schema refuses it. */
  readonly parsed: unknown;
  /** Every text in it that is marked as a secret, or as one in part. */
  readonly secrets: readonly string[];
}

export function workingConfig(
  channel: AnyChannel,
  proof: ChannelProof,
  origin: string,
): WorkingConfig {
  const given = withMadeSecrets(channel, proof.config(addressAt(origin)));
  const parsed = parsedConfig(channel, given);
  const secrets = [...secretsIn(channel.config, given), ...secretsIn(channel.config, parsed)];
  return { given, parsed, secrets: [...new Set(secrets)] };
}

/** What the schema makes of a config; the config itself where the schema refuses it. */
export function parsedConfig(channel: AnyChannel, given: unknown): unknown {
  const result = channel.config.safeParse(given);
  return result.success ? result.data : given;
}

/** Made by the rule of Standard Webhooks; the same on every run, so that golden files hold. */
const MADE_SECRET = `whsec_${Buffer.alloc(32, "kit").toString("base64")}`;

function withMadeSecrets(channel: AnyChannel, given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const made = [...madeSecrets(channel.config).keys()].map((name) => [name, MADE_SECRET]);
  return { ...Object.fromEntries(made), ...given };
}

/** Every text of a config, with the dotted path that it stands at. */
export function textsOf(config: unknown, path = ""): readonly (readonly [string, string])[] {
  if (typeof config === "string") return [[path, config]];
  if (typeof config !== "object" || config === null) return [];
  return Object.entries(config).flatMap(([name, value]) =>
    textsOf(value, path === "" ? name : `${path}.${name}`),
  );
}
