import { secret, sensitive } from "@syncbell/core";
import { z } from "zod";
import { signingKey } from "./signature.ts";

/** Headers that belong to the connection, to the signature or to the body's form. */
const RESERVED = new Set([
  "host",
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "content-length",
  "content-type",
  "content-encoding",
  "accept-encoding",
]);

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
const VALUE = /^[\t\x20-\x7e]{0,4096}$/;

const headers = z.record(z.string(), secret(z.string())).superRefine((given, context) => {
  for (const [name, value] of Object.entries(given)) {
    const refuse = (message: string): void =>
      context.addIssue({ code: "custom", path: [name], message });
    if (!NAME.test(name)) refuse("is not a valid header name");
    else if (RESERVED.has(name.toLowerCase()) || /^(?:webhook|syncbell)-/i.test(name)) {
      refuse("is a header that Syncbell sets itself");
    } else if (!VALUE.test(value)) refuse("has a value with characters that a header can't carry");
  }
});

/** Whether a text is an absolute http(s) URL without a user name or password in it. */
function isTarget(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** The body: the event as it came, or in an envelope of Standard Webhooks or CloudEvents. */
export type HttpFormat = "raw" | "standard" | "cloudevents";

export interface HttpConfig {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly format: HttpFormat;
}

export const config: z.ZodType<HttpConfig> = z.strictObject({
  url: sensitive(
    z.string().refine(isTarget, {
      error: "must be an http(s) URL without a user name or password in it",
    }),
  ).describe("Where to post to."),
  secret: secret(
    z.string().refine((value) => signingKey(value) !== undefined, {
      error: 'must be "whsec_" and 24 to 64 bytes in base64',
    }),
    { made: "standard-webhooks" },
  )
    .describe("Signs every request, by Standard Webhooks. Made for you where it is left out.")
    .optional(),
  headers: headers.describe("Sent with every request.").optional(),
  format: z
    .enum(["raw", "standard", "cloudevents"])
    .default("raw")
    .describe("The body: the event as it came, or in an envelope."),
});
