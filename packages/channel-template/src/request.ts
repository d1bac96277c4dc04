import {
  type Attempt,
  type Host,
  LONGEST_LINE,
  type Notification,
  type Outcome,
  cut,
  outcomeOf,
} from "@syncbell/core";
import { MAX_BYTES, type TemplateMessage } from "./message.ts";
import { type RequestConfig, contentTypeOf, templateOf } from "./request-config.ts";
import { fill } from "./template/fill.ts";
import { ESCAPES, type Format, formatOf } from "./template/format.ts";
import { MOST_WRITTEN, TemplateFailure } from "./template/meter.ts";
import { marked } from "./template/view.ts";

/**
 * Makes the body from the config's template. Where that can't be done for this notification, the
 * message is a plain one that has the line, with a note that says why.
 */
export function renderRequest(notification: Notification, config: RequestConfig): TemplateMessage {
  const contentType = contentTypeOf(config);
  const { test } = notification;
  const common = { contentType, ...(test ? { test } : {}) };
  try {
    const { body, missing } = fill(templateOf(config), notification);
    const message = { ...common, body };
    if (bytesOf(wireOf(body)) > MOST_WRITTEN || !fits(message)) {
      throw new TemplateFailure(`it makes more than ${MOST_WRITTEN} bytes`);
    }
    const warnings = missing.map((field) => `the event has no "${field}": it is left empty`);
    const warned = { ...message, warnings };
    // What is sent must not depend on what is only worth knowing.
    return warnings.length > 0 && fits(warned) ? warned : message;
  } catch (error) {
    const why = error instanceof TemplateFailure ? error.message : nameOf(error);
    const note = `sent as a plain message, since the template can't be filled for this event: ${why}`;
    const line = marked(cut(notification.line, LONGEST_LINE), test);
    const body = plainBody(formatOf(contentType) ?? "plain", line);
    return { ...common, body, note };
  }
}

/** The body as it is sent. */
export function wireOf(body: TemplateMessage["body"]): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function fits(message: TemplateMessage): boolean {
  return bytesOf(JSON.stringify(message)) <= MAX_BYTES;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}

function plainBody(format: Format, line: string): TemplateMessage["body"] {
  switch (format) {
    case "json":
      return { text: line };
    case "form":
      return `text=${ESCAPES.form(line)}`;
    case "markup":
      return `<p>${ESCAPES.markup(line)}</p>`;
    case "plain":
      return line;
  }
}

/** Sends a message once. The attempt's key goes along for receivers that drop repeats by it. */
export async function sendRequest(
  message: TemplateMessage,
  config: RequestConfig,
  { http }: Host,
  { signal, key }: Attempt,
): Promise<Outcome> {
  const given = Object.entries(config.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  const { body, contentType, test } = message;
  const result = await http.request({
    url: config.url,
    method: config.method,
    signal,
    body: wireOf(body),
    headers: {
      "idempotency-key": key,
      ...Object.fromEntries(given),
      "content-type": contentType,
      ...(test ? { "syncbell-test": "true" } : {}),
    },
  });
  return outcomeOf(result);
}
