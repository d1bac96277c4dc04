import { createHash } from "node:crypto";

/** What tells the bytes of one event from another's: their SHA-256, in hex. */
export function bodyHashOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
