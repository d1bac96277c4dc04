import { type Health, HEALTHY } from "../breaker.ts";

/** Reads a health as the store keeps it: what is undefined is not in the JSON. */
export function readHealth(text: string | null): Health {
  return text === null ? HEALTHY : { ...HEALTHY, ...(JSON.parse(text) as Partial<Health>) };
}
