import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const VERSION = "s1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The length of the key that seals secrets in the store, in bytes. */
export const SEAL_KEY_BYTES = 32;

/** Seals a secret for the store with AES-256-GCM. `context` must be the same when it is opened. */
export function seal(key: Uint8Array, context: string, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([
    nonce,
    cipher.update(secret, "utf8"),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `${VERSION}.${sealed.toString("base64")}`;
}

/** Opens what {@link seal} made. Throws with the wrong key, in another context, or when altered. */
export function unseal(key: Uint8Array, context: string, sealed: string): string {
  const [version, encoded = ""] = sealed.split(".");
  const bytes = Buffer.from(encoded, "base64");
  if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES) {
    throw new Error("a secret in the store is not in a form that can be opened");
  }
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString("utf8");
  } catch {
    throw new Error(
      "a secret in the store can't be opened: SYNCBELL_SECRET_KEY is not the one that sealed it",
    );
  }
}
