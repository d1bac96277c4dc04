import type { Json, Notification } from "@syncbell/core";
import { channel } from "../index.ts";
import type { TemplateMessage } from "../message.ts";
import { failedRun, notificationFrom } from "./events.ts";

/** The message that a template makes of an event. The config is checked first, and must pass. */
export function messageOf(
  template: unknown,
  event: Parameters<typeof notificationFrom>[0] | Notification = failedRun(),
  contentType?: string,
): TemplateMessage {
  const content = contentType === undefined ? {} : { content_type: contentType };
  const config = channel.config.parse({ url: "https://example.com/in", template, ...content });
  const isNotification = "source" in event && "facts" in event;
  return channel.render(isNotification ? (event as Notification) : notificationFrom(event), config);
}

/** The body of {@link messageOf}, of a template that can be filled for the event. */
export function filled(...given: Parameters<typeof messageOf>): Json {
  const { body, note } = messageOf(...given);
  if (note !== undefined) throw new Error(note);
  return body;
}

/** The body of a text template that can be filled for the event. */
export function filledText(...given: Parameters<typeof messageOf>): string {
  const body = filled(...given);
  if (typeof body !== "string") throw new TypeError("the body is no text");
  return body;
}

/** What a template is refused for: the path of each leaf, and why. */
export function refusals(template: unknown, contentType?: string): readonly string[] {
  const content = contentType === undefined ? {} : { content_type: contentType };
  const parsed = channel.config.safeParse({ url: "https://example.com/", template, ...content });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);
}
