import type { NotificationSource } from "@syncbell/core";
import type { HttpFormat } from "./config.ts";

/**
 * The body of a request. The event is spliced in as text and never parsed and written again, so the
 * order of its keys and its large numbers survive in every format.
 */
export function bodyOf(source: NotificationSource, format: HttpFormat): string {
  const time = new Date(source.receivedAt).toISOString();
  switch (format) {
    case "raw":
      return source.raw;
    case "standard":
      return envelope({ type: source.type, timestamp: time }, source.raw);
    case "cloudevents":
      return envelope(
        {
          specversion: "1.0",
          id: source.id,
          source: "syncbell",
          type: source.type,
          time,
          datacontenttype: "application/json",
        },
        source.raw,
      );
  }
}

export const CONTENT_TYPES: Readonly<Record<HttpFormat, string>> = {
  raw: "application/json",
  standard: "application/json",
  cloudevents: "application/cloudevents+json",
};

function envelope(attributes: Readonly<Record<string, string>>, data: string): string {
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${data}}`;
}
