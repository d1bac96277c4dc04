import type { RunIncident } from "../incident.ts";

/** Reads how a pipeline stood, as the store keeps it with an event. */
export function readIncident(text: string | null): RunIncident | undefined {
  return text === null ? undefined : (JSON.parse(text) as RunIncident);
}
