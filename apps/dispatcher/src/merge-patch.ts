import { MASKED_SECRET } from "@syncbell/core";
import { isObject } from "./json-object.ts";

/**
 * What a JSON merge patch (RFC 7396) makes of a value, but for a secret that comes back as it is shown:
 * that stays what it was. A key is only ever a key: `__proto__` is one like others.
 */
export function mergePatch(before: unknown, patch: unknown): unknown {
  if (patch === MASKED_SECRET && typeof before === "string") return before;
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(before) ? Object.entries(before) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
