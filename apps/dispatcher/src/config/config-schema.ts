import { type Transition, type Weekday, hoursFields } from "@syncbell/core";
import { isAlways, parseDuration, parseNetwork } from "@syncbell/engine";
import { z } from "zod";

// What expires at once would never be delivered.
const duration = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: "must be a duration like 30s, 10m, 6h or 5d",
});

const network = z.string().refine((text) => parseNetwork(text) !== undefined, {
  error: "must be a network like 10.0.0.0/8, or an address",
});

const link = z.string().refine((template) => isLinkTemplate(template), {
  error: "must be an http(s) URL; {{…}} in it are paths of the event, after the host",
});

function isLinkTemplate(template: string): boolean {
  const sample = template.replace(/\{\{\s*[\w.-]{1,200}\s*\}\}/g, "x");
  if (/[{}\s]/.test(sample) || !URL.canParse(sample)) return false;
  const { protocol, origin } = new URL(sample);
  return /^https?:$/.test(protocol) && template.toLowerCase().startsWith(origin);
}

const id = z.string().regex(/^(?!dst_)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, {
  error: "must be 1 to 64 letters, digits, hyphens or underscores, and not begin with dst_",
});

const pace = z.strictObject({
  per_second: z.number().positive().max(10_000),
  burst: z.int().positive().max(10_000).optional(),
});

/** The transitions that can be asked for: late and repeated runs change nothing that could be told. */
const NOTIFIED = ["first", "broke", "failing", "recovered", "healthy", "other"] as const;

const repeat = z
  .strictObject({ every: z.int().min(1).max(100_000).optional(), after: duration.optional() })
  .refine(({ every, after }) => (every === undefined) !== (after === undefined), {
    error: "must have either every, like { every: 10 }, or after, like { after: 6h }",
  });

/** The longest that messages are gathered for: a week, and well within the time that events are kept. */
const LONGEST_WINDOW_MS = 7 * 24 * 60 * 60 * 1000;

const digest = z.strictObject({
  window: duration.refine((text) => (parseDuration(text) ?? 0) <= LONGEST_WINDOW_MS, {
    error: "must be 7d at most",
  }),
});

const mute = z
  // oxlint-disable-next-line unicorn/no-thenable -- the word that a config has for it
  .strictObject({ ...hoursFields, then: z.enum(["hold", "drop"]).optional() })
  .refine(({ hours, days }) => hours !== undefined || days !== undefined, {
    error: "must have hours, days or both",
  })
  .refine(
    ({ hours, days }) =>
      (hours ?? days) === undefined ||
      !isAlways({ hours: hours ?? "00:00-24:00", ...(days ? { days } : {}) }),
    {
      error: "must not be all hours of all days: pause or delete the destination instead",
    },
  );

/** What a destination wants to hear of, and when. */
const subscriptionFields = {
  tenant: z.string().min(1, "must not be empty").optional(),
  when: z.unknown().optional(),
  notify: z.array(z.enum(NOTIFIED)).min(1).optional(),
  repeat: repeat.optional(),
  digest: digest.optional(),
  mute: mute.optional(),
  expire: duration.optional(),
  fallback: z.string().min(1, "must not be empty").optional(),
};

/** A destination as it is written, in the file or to the API, without its id. */
const destinationFields = {
  channel: z.string(),
  config: z.unknown().optional(),
  ...subscriptionFields,
  pace: pace.optional(),
};

const destination = z.strictObject({ id, ...destinationFields });

/** What the API takes in place of an entry of the file. */
export const destinationInput: z.ZodType<Omit<DestinationEntry, "id">> =
  z.strictObject(destinationFields);

/** An entry of the file without its channel, for a dry run. */
export const subscriptionInput: z.ZodType<Omit<DestinationEntry, "channel">> = z.strictObject({
  id,
  ...subscriptionFields,
});

/** The parts of an entry of which a {@link subscriptionInput} is made. */
export const SUBSCRIPTION_KEYS: ReadonlySet<string> = new Set(Object.keys(subscriptionFields));

/** A config file, but for what depends on a channel or is a rule. */
export interface ConfigFile {
  readonly links?: Readonly<Record<string, string>> | undefined;
  readonly network?: { readonly allow?: readonly string[] | undefined } | undefined;
  readonly plugins?: readonly string[] | undefined;
  readonly retention?: string | undefined;
  readonly destinations?: readonly DestinationEntry[] | undefined;
}

export interface DestinationEntry {
  readonly id: string;
  readonly channel: string;
  readonly config?: unknown;
  readonly tenant?: string | undefined;
  readonly when?: unknown;
  readonly notify?: readonly Transition[] | undefined;
  readonly repeat?:
    | { readonly every?: number | undefined; readonly after?: string | undefined }
    | undefined;
  readonly digest?: { readonly window: string } | undefined;
  readonly mute?:
    | {
        readonly hours?: string;
        readonly days?: readonly Weekday[];
        readonly timezone?: string;
        readonly then?: "hold" | "drop" | undefined;
      }
    | undefined;
  readonly expire?: string | undefined;
  readonly pace?: { readonly per_second: number; readonly burst?: number | undefined } | undefined;
  readonly fallback?: string | undefined;
}

/** The keys that a config file and a destination in it may have. */
export const KNOWN_KEYS: readonly string[] = [
  "links",
  "network",
  "plugins",
  "retention",
  ...Object.keys(destination.shape),
  ...Object.keys(pace.shape),
  "every",
  "after",
  "window",
  ...Object.keys(hoursFields),
  "then",
  "destinations",
];

export const configSchema: z.ZodType<ConfigFile> = z.strictObject({
  links: z.record(z.string(), link).optional(),
  network: z.strictObject({ allow: z.array(network).optional() }).optional(),
  plugins: z.array(z.string().min(1, "must not be empty")).optional(),
  retention: duration.optional(),
  destinations: z.array(destination).optional(),
});
