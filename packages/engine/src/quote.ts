import { cleanLine, cut, redactSecrets } from "@syncbell/core";

/** The longest value that is quoted in a reason, in characters. */
const LONGEST_QUOTE = 80;

/** How much of a value is read: no shape of a secret that is masked is longer than the margin. */
const MARGIN = 12_000;

const MASKED = '"***"';

/**
 * A value as it is shown to people: JSON, on one line, short, secrets masked. `name` is the field
 * that the value stands in: what is called like a secret is masked whatever it looks like.
 */
export function quote(value: unknown, name = ""): string {
  if (value !== null && isSecretName(name)) return MASKED;
  const room = { left: LONGEST_QUOTE + MARGIN };
  const text = JSON.stringify(abridged(value, room)) ?? "nothing";
  const masked = redactSecrets(cleanLine(text));
  // Where the value was cut, a secret may have been; the margin is longer than any.
  return cut(room.left > 0 ? masked : masked.slice(0, -MARGIN) || "…", LONGEST_QUOTE);
}

/** Shows a value as {@link quote} does. */
export type Say = (value: unknown, name?: string) => string;

/**
 * Quotes each value once, for as long as it is kept and the values stay as they are: of one event, many
 * destinations are told the same, and masking takes its time.
 */
export function quoter(): Say {
  const said = new Map<string, Map<unknown, string>>();
  return (value, name = "") => {
    const ofName = said.get(name) ?? new Map<unknown, string>();
    const text = ofName.get(value) ?? quote(value, name);
    said.set(name, ofName.set(value, text));
    return text;
  };
}

/** Whether a field is called like one that holds a secret. */
export function isSecretName(name: string): boolean {
  const assignment = `${name}=****`;
  return redactSecrets(assignment).length !== assignment.length;
}

/** The first part of a value, as long as there is room: a long list is not walked to its end. */
function abridged(value: unknown, room: { left: number }): unknown {
  room.left -= 4;
  if (typeof value === "string") {
    const kept = value.slice(0, Math.max(0, room.left));
    room.left -= value.length;
    return kept;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const kept: unknown[] = [];
    for (const element of value) {
      if (room.left <= 0) break;
      kept.push(abridged(element, room));
    }
    return kept;
  }
  const kept: (readonly [string, unknown])[] = [];
  for (const [name, inner] of Object.entries(value)) {
    if (room.left <= 0) break;
    room.left -= name.length;
    kept.push([name, abridged(inner, room)]);
  }
  return Object.fromEntries(kept);
}
