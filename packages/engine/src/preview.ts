import { type Json, redactor, secretsIn } from "@syncbell/core";
import type { Destination } from "./destination.ts";
import { digestEntry, digestEvent } from "./digest.ts";
import { type RenderOptions, type ToRender, parseBody, render } from "./render.ts";
import type { StoredBody } from "./store/event-records.ts";

/** The message that a destination would be sent, or why none can be made. */
export type Preview =
  | {
      readonly destinationId: string;
      readonly ok: true;
      readonly message: Json;
      /** Its size as JSON in UTF-8. */
      readonly bytes: number;
      /** The largest that its service takes. Absent: none is known. */
      readonly limit?: number;
      readonly warnings: readonly string[];
    }
  | { readonly destinationId: string; readonly ok: false; readonly problem: string };

/** From which share of the limit on a message is worth a warning. */
const NEAR_THE_LIMIT = 0.9;

/**
 * Makes the message of an event for a destination as an attempt would, and sends nothing. For a
 * destination with a digest, that is the digest of this one event. Never throws.
 */
export function preview(
  toRender: ToRender,
  destination: Destination,
  options: RenderOptions,
): Preview {
  const { id: destinationId, channel, config, digest } = destination;
  try {
    const said = digest ? digestOfOne(toRender.event, digest.windowMs) : toRender;
    const { message, bytes } = render(said, destination, options);
    const limit = channel.limits.maxBytes;
    if (limit !== undefined && bytes > limit) {
      const problem = `the message has ${bytes} bytes, more than the ${limit} that the service takes`;
      return { destinationId, ok: false, problem };
    }
    const isNear = limit !== undefined && bytes > limit * NEAR_THE_LIMIT;
    const warnings = [
      ...(channel.warnings?.(message) ?? []),
      ...(isNear ? [`the message has ${bytes} bytes; the service takes ${limit}`] : []),
    ];
    return {
      destinationId,
      ok: true,
      message,
      bytes,
      ...(limit === undefined ? {} : { limit }),
      warnings,
    };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : "no error was given";
    const problem = `channel "${channel.type}" could not render the event: ${why}`;
    return { destinationId, ok: false, problem: masked(problem, channel.config, config) };
  }
}

function masked(text: string, schema: Destination["channel"]["config"], config: unknown): string {
  try {
    return redactor(secretsIn(schema, config))(text);
  } catch {
    return "the destination's channel has a config that can't be read";
  }
}

function digestOfOne(event: StoredBody, windowMs: number): ToRender {
  const entry = digestEntry(parseBody(event.body), event.incident);
  const { outcome, taskId, tenantId, said, message } = entry;
  const counts = taskId === undefined ? {} : { [outcome]: 1 };
  const digest = digestEvent({
    openedAt: event.receivedAt,
    closedAt: event.receivedAt + windowMs,
    events: 1,
    pipelines: counts,
    runs: counts,
    notices: taskId === undefined ? 1 : 0,
    alarms: taskId === undefined && outcome === "failed" ? 1 : 0,
    tenants: tenantId === undefined ? 0 : 1,
    tenant:
      tenantId !== undefined && said.tenant !== null
        ? { id: tenantId, name: said.tenant }
        : undefined,
    lines: [{ taskId, said, runs: 1, failures: outcome === "failed" ? 1 : 0, message }],
  });
  const body = Buffer.from(JSON.stringify(digest));
  return { event: { ...event, type: digest.event_type, body, incident: undefined } };
}
