import { createHmac, timingSafeEqual } from "node:crypto";

/** Without 0, 1, I and O, which are taken for each other: 32 signs, so that a code has 40 bits. */
const SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/**
 * The code that ties a conversation to a destination, like `K7QM-3XPA`. Always the same for a
 * destination and its bot's password, and not to be guessed without the password.
 */
export function pairingCode(password: string, destinationId: string): string {
  const digest = createHmac("sha256", password).update(`pairing ${destinationId}`).digest();
  const signs = Array.from(digest.subarray(0, 8), (byte) => SIGNS[byte % SIGNS.length]).join("");
  return `${signs.slice(0, 4)}-${signs.slice(4)}`;
}

/** The code in a message like `pair K7QM-3XPA`; in a channel, the bot's own name stands before it. */
export function codeIn(text: string): string | undefined {
  const words = text.replace(/<at>[^<]{0,200}<\/at>|&nbsp;/g, " ").trim();
  const found = /^pair\s{1,20}([a-z0-9]{4})-?([a-z0-9]{4})$/i.exec(words);
  return found ? `${found[1]}-${found[2]}`.toUpperCase() : undefined;
}

/** Compares in a time that does not tell how much of a code is right. */
export function isSameCode(given: string, code: string): boolean {
  return given.length === code.length && timingSafeEqual(Buffer.from(given), Buffer.from(code));
}
