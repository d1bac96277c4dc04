import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** The lengths of a key that the Standard Webhooks specification allows, in bytes. */
const SHORTEST_KEY = 24;
const LONGEST_KEY = 64;

/** The bytes of a `whsec_…` secret, or undefined where it is malformed. Padding may be left out. */
export function signingKey(secret: string): Uint8Array | undefined {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : undefined;
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, "base64");
  const padded = key.toString("base64");
  const canonical = encoded === padded || encoded === padded.replace(/=+$/, "");
  return canonical && key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY ? key : undefined;
}

/**
 * Signs a message by Standard Webhooks v1: HMAC-SHA256 over `id.timestamp.body`.
 * `timestamp` is in whole seconds since the epoch. Throws on a malformed secret.
 */
export function sign(secret: string, id: string, timestamp: number, body: string): string {
  const key = signingKey(secret);
  if (!key) throw new Error("malformed signing secret");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return `v1,${mac}`;
}
