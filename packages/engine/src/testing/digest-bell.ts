import type { DigestEvent } from "@syncbell/core";
import { type Bell, bell } from "./bell-channel.ts";
import type { Receiver } from "./receiver.ts";

/** A bell that posts the event behind a message beside its line. */
export function telling(): Bell {
  return bell({ render: ({ line, source }) => ({ line, raw: source.raw }) });
}

/** The digests that came in at a receiver from such a bell, as events, in their order. */
export function digestsOf({ requests }: Pick<Receiver, "requests">): readonly DigestEvent[] {
  return requests
    .map(
      ({ body }) => JSON.parse((JSON.parse(body) as { readonly raw: string }).raw) as DigestEvent,
    )
    .filter(({ event_type: type }) => type === "digest");
}
