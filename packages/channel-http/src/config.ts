import { httpUrl, requestHeaders, secret, sensitive } from "@syncbell/core";
import { z } from "zod";
import { signingKey } from "./signature.ts";

/** The body: the event as it came, or in an envelope of Standard Webhooks or CloudEvents. */
export type HttpFormat = "raw" | "standard" | "cloudevents";

export interface HttpConfig {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly format: HttpFormat;
}

export const config: z.ZodType<HttpConfig> = z.strictObject({
  url: sensitive(httpUrl).describe("Where to post to."),
  secret: secret(
    z.string().refine((value) => signingKey(value) !== undefined, {
      error: 'must be "whsec_" and 24 to 64 bytes in base64',
    }),
    { made: "standard-webhooks" },
  )
    .describe("Signs every request, by Standard Webhooks. Made for you where it is left out.")
    .optional(),
  headers: requestHeaders.describe("Sent with every request.").optional(),
  format: z
    .enum(["raw", "standard", "cloudevents"])
    .default("raw")
    .describe("The body: the event as it came, or in an envelope."),
});
