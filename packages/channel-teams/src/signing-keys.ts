import { type KeyObject, createPublicKey } from "node:crypto";
import type { Host, HttpResult } from "@syncbell/core";
import { z } from "zod";
import { parseJson } from "./answer-body.ts";

/** A key that the Bot Framework signs with, and the services whose calls it may sign. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly endorsements: readonly string[];
}

const METADATA = z.object({ jwks_uri: z.url({ protocol: /^https?$/ }) });
const KEY = z.object({
  kty: z.literal("RSA"),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  endorsements: z.array(z.string()).default([]),
});
const KEYS = z.object({ keys: z.array(z.unknown()) });

const HOUR_MS = 60 * 60_000;

/**
 * The keys of the Bot Framework, read through the host's client. They are read anew after a day, and for
 * an unknown key at most once an hour (after a failure, once in ten seconds), so that nobody can make the
 * bot ask by making keys up.
 */
export class SigningKeys {
  readonly #metadataUrl: string;
  #keys: ReadonlyMap<string, SigningKey> = new Map();
  #staleAt = 0;
  #askAgainAt = 0;
  #reading: Promise<void> | undefined;

  constructor(metadataUrl: string) {
    this.#metadataUrl = metadataUrl;
  }

  async find(id: string, host: Host, signal: AbortSignal): Promise<SigningKey | undefined> {
    const now = host.now();
    if (now >= this.#askAgainAt && (now >= this.#staleAt || !this.#keys.has(id))) {
      this.#reading ??= this.#read(host, signal).finally(() => (this.#reading = undefined));
    }
    await this.#reading;
    return this.#keys.get(id);
  }

  async #read(host: Host, signal: AbortSignal): Promise<void> {
    const metadata = METADATA.safeParse(await readJson(this.#metadataUrl, host, signal));
    const found = metadata.success
      ? await readJson(metadata.data.jwks_uri, host, signal)
      : undefined;
    const parsed = KEYS.safeParse(found);
    if (!parsed.success) {
      this.#askAgainAt = host.now() + 10_000;
      host.log.warn("the keys of the Bot Framework can't be read: calls to the bot are refused");
      return;
    }
    this.#keys = new Map(parsed.data.keys.flatMap(usableKey));
    this.#askAgainAt = host.now() + HOUR_MS;
    this.#staleAt = host.now() + 24 * HOUR_MS;
  }
}

async function readJson(url: string, { http }: Host, signal: AbortSignal): Promise<unknown> {
  const result: HttpResult = await http.request({ url, method: "GET", signal });
  return result.kind === "response" && result.status === 200 ? parseJson(result.body) : undefined;
}

function usableKey(candidate: unknown): readonly (readonly [string, SigningKey])[] {
  const parsed = KEY.safeParse(candidate);
  if (!parsed.success) return [];
  const { kty, kid, n, e, endorsements } = parsed.data;
  try {
    return [[kid, { key: createPublicKey({ key: { kty, n, e }, format: "jwk" }), endorsements }]];
  } catch {
    return [];
  }
}
