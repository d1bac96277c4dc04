import { createHash } from "node:crypto";

/**
 * The longest text that the store finds something by, in UTF-16 units: two of them, and an id, fit into a
 * row of an index of Postgres (2,704 bytes), whatever characters they have.
 */
const LONGEST = 400;

/**
 * A text as the store finds something by it: as it is, or, where it is longer than `longest` UTF-16 units
 * (60 at least), its beginning and what tells it from others.
 */
export function storedKey(text: string, longest: number = LONGEST): string {
  if (text.length <= longest) return text;
  const digest = createHash("sha256").update(text).digest("base64url");
  return `${text.slice(0, longest - digest.length - 1)}~${digest}`;
}
