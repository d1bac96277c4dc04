import { randomBytes } from "node:crypto";
import { madeSecrets } from "@syncbell/core";
import { type Destination, type Store, seal, unseal } from "@syncbell/engine";
import type { ConfiguredDestination } from "./config/destination-entry.ts";

/** A secret that was made just now, to be shown to the operator this once. */
export interface NewSecret {
  readonly destinationId: string;
  readonly field: string;
  readonly secret: string;
}

/** The length of a signing key that is made here, in bytes: what Standard Webhooks recommends. */
const SIGNING_KEY_BYTES = 32;

/** Makes a signing secret in the form of Standard Webhooks. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(SIGNING_KEY_BYTES).toString("base64")}`;
}

/**
 * Fills in the secrets that destinations leave to Syncbell: from the store, where they are kept
 * sealed, else made and kept there. Each that is made is told to `onNew` at once.
 */
export async function fillMadeSecrets(
  configured: readonly ConfiguredDestination[],
  store: Store,
  secretKey: Uint8Array,
  now: number,
  onNew: (secret: NewSecret) => void,
): Promise<readonly Destination[]> {
  const destinations: Destination[] = [];
  for (const destination of configured) {
    const config: Record<string, unknown> = { ...destination.config };
    for (const field of madeSecrets(destination.channel.config).keys()) {
      if (config[field] !== undefined) continue;
      const context = `${destination.id}/${field}`;
      const kept = await store.madeSecret(destination.id, field);
      if (kept !== undefined) {
        config[field] = unseal(secretKey, context, kept);
        continue;
      }
      const secret = newSigningSecret();
      const sealed = seal(secretKey, context, secret);
      const inForce = await store.keepMadeSecret(destination.id, field, sealed, now);
      // Another dispatcher may have made one at the same moment.
      config[field] = unseal(secretKey, context, inForce);
      if (inForce === sealed) onNew({ destinationId: destination.id, field, secret });
    }
    destinations.push({ ...destination, config });
  }
  return destinations;
}
