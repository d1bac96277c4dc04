import { createHmac } from "node:crypto";
import type { Destination } from "./destination.ts";

/** Tells one receiver from another without saying anything of it. */
export function fingerprintOf(
  { channel, config }: Pick<Destination, "channel" | "config">,
  secretKey: Uint8Array,
): string {
  return createHmac("sha256", secretKey)
    .update(JSON.stringify([channel.type, config]))
    .digest("base64");
}
