import { z } from "zod";
import type { Event } from "./event.ts";
import { kindOf, plainMessage } from "./plain-message.ts";
import { anyPostSync, otherEvent, pipelinePostSync, transformPostSync } from "./event-schema.ts";

/** One thing wrong with an event: where (a dotted path, empty for the whole) and what. */
export interface EventProblem {
  readonly path: string;
  readonly message: string;
}

export type ParsedEvent =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly errors: readonly EventProblem[] };

/** How deep arrays and objects of an event may nest; the events of Arch nest four levels. */
export const MAX_DEPTH = 64;

/** How many values an event may hold in all; those of Arch hold about 150. */
export const MOST_VALUES = 100_000;

/** How many problems are told one by one; of the others it is only said how many they are. */
export const MOST_PROBLEMS = 100;

/**
 * Checks parsed JSON for being an event. The event that is answered is the very value that was
 * given: nothing is added, dropped or converted. All problems are answered at once, the first
 * {@link MOST_PROBLEMS} one by one.
 */
export function parseEvent(input: unknown): ParsedEvent {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return refuse([{ path: "", message: `must be a JSON object, not ${kindOf(input)}` }]);
  }
  if (!nestsWithin(input, MAX_DEPTH)) {
    return refuse([{ path: "", message: `must not nest deeper than ${MAX_DEPTH} levels` }]);
  }
  if (countValues(input, MOST_VALUES) > MOST_VALUES) {
    return refuse([{ path: "", message: `must not hold more than ${MOST_VALUES} values` }]);
  }
  const { schema, problems } = schemaFor(input as Readonly<Record<string, unknown>>);
  const result = schema.safeParse(input, { error: plainMessage });
  const errors = [...problems, ...(result.success ? [] : result.error.issues.flatMap(toProblems))];
  return errors.length > 0 ? refuse(errors) : { ok: true, event: input as Event };
}

function schemaFor(input: Readonly<Record<string, unknown>>): {
  schema: z.ZodType;
  problems: readonly EventProblem[];
} {
  if (input["event_type"] !== "post_sync") return { schema: otherEvent, problems: [] };
  switch (input["task_type"]) {
    case "pipeline":
      return { schema: pipelinePostSync, problems: [] };
    case "transform":
      return { schema: transformPostSync, problems: [] };
    case undefined:
      return { schema: anyPostSync, problems: [{ path: "task_type", message: "is required" }] };
    default:
      return {
        schema: anyPostSync,
        problems: [{ path: "task_type", message: 'must be "pipeline" or "transform"' }],
      };
  }
}

function refuse(errors: readonly EventProblem[]): ParsedEvent {
  if (errors.length <= MOST_PROBLEMS) return { ok: false, errors };
  const more = { path: "", message: `and ${errors.length - MOST_PROBLEMS} more problems` };
  return { ok: false, errors: [...errors.slice(0, MOST_PROBLEMS), more] };
}

/** Of a value with several shapes, what is wrong is said of the shape that its `kind` names. */
function toProblems(issue: z.core.$ZodIssue): readonly EventProblem[] {
  const shapes = issue.code === "invalid_union" ? issue.errors : [];
  const entered = shapes.filter((problems) => problems.every(({ path }) => path.length > 0));
  const named = entered.find((problems) => problems.every(({ path }) => path[0] !== "kind"));
  const meant = named ?? entered.at(-1);
  if (!meant) return [{ path: issue.path.map(String).join("."), message: issue.message }];
  return meant.flatMap((inner) => toProblems({ ...inner, path: [...issue.path, ...inner.path] }));
}

function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (levels === 0) return false;
  for (const inner of Object.values(value)) if (!nestsWithin(inner, levels - 1)) return false;
  return true;
}

/** How many values there are in a value, itself included; beyond `enough` they are not counted on. */
function countValues(value: unknown, enough: number): number {
  let count = 1;
  if (typeof value !== "object" || value === null) return count;
  for (const inner of Object.values(value)) {
    count += countValues(inner, enough - count);
    if (count > enough) return count;
  }
  return count;
}
