import { type Event, type Json, notificationOf } from "@syncbell/core";
import type { Destination } from "./destination.ts";
import { type LinkTemplate, fillLinks } from "./links.ts";
import type { StoredBody } from "./store/event-records.ts";

/** What is to be told: an event, and the failure before it that was not told by itself. */
export interface ToRender {
  readonly event: StoredBody;
  readonly untold?: Uint8Array | undefined;
}

export interface RenderOptions {
  readonly links: readonly LinkTemplate[];
  /** The moment at which it is said, in milliseconds since the epoch. */
  readonly at: number;
}

/** A message as it is sent, and its size as JSON in UTF-8. */
export interface Rendered {
  readonly message: Json;
  readonly bytes: number;
}

/** Makes the message for a destination: the only way to one. Throws what the channel throws. */
export function render(
  { event: stored, untold }: ToRender,
  { channel, config }: Pick<Destination, "channel" | "config">,
  { links, at }: RenderOptions,
): Rendered {
  const { id, type, receivedAt, test, body, incident } = stored;
  const raw = textOf(body);
  const event = JSON.parse(raw) as Event;
  const notification = notificationOf(
    { id, type, receivedAt, raw, event },
    {
      links: fillLinks(links, event),
      test,
      at,
      ...(incident ? { incident } : {}),
      ...(untold ? { untold: parseBody(untold) } : {}),
    },
  );
  const message: Json = channel.render(notification, config);
  return { message, bytes: Buffer.byteLength(JSON.stringify(message)) };
}

/** An event out of the bytes that it was posted as: they were checked when it was accepted. */
export function parseBody(body: Uint8Array): Event {
  return JSON.parse(textOf(body)) as Event;
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
}
