import { secret } from "@syncbell/core";
import { z } from "zod";

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

/** Headers of the receiver's own, sent with every request; their values are secrets. */
export const headers: z.ZodType<Readonly<Record<string, string>>> = z
  .record(z.string(), secret(z.string()))
  .superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      const refuse = (message: string): void =>
        context.addIssue({ code: "custom", path: [name], message });
      if (!NAME.test(name)) refuse("is not a valid header name");
      else if (RESERVED.has(name.toLowerCase()) || /^webhook-/i.test(name)) {
        refuse("is a header that Syncbell sets itself");
      } else if (!VALUE.test(value)) {
        refuse("has a value with characters that a header can't carry");
      }
    }
  });

/** An absolute http(s) URL without a user name or password in it. */
export const target: z.ZodType<string> = z.string().refine(
  (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  },
  { error: "must be an http(s) URL without a user name or password in it" },
);
