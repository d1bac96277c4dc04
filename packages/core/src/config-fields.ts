import { z } from "zod";
import { secret } from "./secret.ts";

/** Whether a text is an absolute http(s) URL without a user name or password in it. */
export function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** A field for the address of a service. Mark it with `secret` or `sensitive` where it carries one. */
export const httpUrl: z.ZodType<string> = z.string().refine(isHttpUrl, {
  error: "must be an http(s) URL without a user name or password in it",
});

/** Headers that belong to the connection or to the body's form. */
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

/**
 * A field for headers of the receiver's own, by name; their values are secrets. Refused with the name as
 * path: what is no header, what a header can't carry, and what Syncbell sets itself (the connection's
 * headers, the body's, `webhook-*` and `syncbell-*`).
 */
export const requestHeaders: z.ZodType<Readonly<Record<string, string>>> = z
  .record(z.string(), secret(z.string()))
  .superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      const refuse = (message: string): void =>
        context.addIssue({ code: "custom", path: [name], message });
      if (!NAME.test(name)) refuse("is not a valid header name");
      else if (RESERVED.has(name.toLowerCase()) || /^(?:webhook|syncbell)-/i.test(name)) {
        refuse("is a header that Syncbell sets itself");
      } else if (!VALUE.test(value)) {
        refuse("has a value with characters that a header can't carry");
      }
    }
  });
