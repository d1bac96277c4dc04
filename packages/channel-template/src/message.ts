import type { Json } from "@syncbell/core";

/** A rendered request, but for what belongs to the destination: its address and its secrets. */
export type TemplateMessage = {
  readonly contentType: string;
  /** Text is sent as it is, everything else as JSON. */
  readonly body: Json;
  /** Where a preset's service has several addresses: what is added to the URL. */
  readonly path?: string;
  /** The message shows that it is a test; a request of one's own says so in a header as well. */
  readonly test?: boolean;
  /** What is worth knowing of the delivery, for its outcome: that a plain message stands in. Not sent. */
  readonly note?: string;
  /** What is worth knowing of the template, for a preview: fields that the event has not got. Not sent. */
  readonly warnings?: readonly string[];
};

/** The largest message, in bytes of its JSON as UTF-8: a body of 64 KiB with its quotes escaped. */
export const MAX_BYTES = 131_072;
