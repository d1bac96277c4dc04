import { storedKey } from "./stored-key.ts";
import { type Event, type Incident, isPostSync, runOutcome, runSeconds } from "@syncbell/core";

/** The event as a rule sees it: its own fields, and what Syncbell adds to them. */
export function ruleSubject(event: Event, incident?: Incident): Readonly<Record<string, unknown>> {
  const seconds = isPostSync(event) ? runSeconds(event) : undefined;
  return {
    ...event,
    outcome: runOutcome(event.status),
    ...(seconds === undefined ? {} : { duration: seconds }),
    ...(incident ? { incident: incidentFields(incident) } : {}),
  };
}

function incidentFields({ transition, failures, seconds }: Incident): object {
  return { transition, failures, seconds };
}

/** The tenant and the task of an event, as the store finds it by them. */
export function keysOf(event: Event): {
  readonly tenantId: string | undefined;
  readonly taskId: string | undefined;
} {
  const [tenant, task] = [tenantOf(event), taskOf(event)];
  return {
    tenantId: tenant === undefined ? undefined : storedKey(tenant),
    taskId: task === undefined ? undefined : storedKey(task),
  };
}

/** The id of the tenant that an event belongs to, or undefined where it names none. */
export function tenantOf(event: Event): string | undefined {
  return idIn(event, "tenant");
}

/** The id of the task that an event is about, or undefined where it names none. */
export function taskOf(event: Event): string | undefined {
  return idIn(event, "task");
}

function idIn(event: Event, field: "tenant" | "task"): string | undefined {
  const holder: unknown = Object.hasOwn(event, field)
    ? (event as unknown as Readonly<Record<string, unknown>>)[field]
    : undefined;
  if (typeof holder !== "object" || holder === null || !("id" in holder)) return undefined;
  return typeof holder.id === "string" ? holder.id : undefined;
}
