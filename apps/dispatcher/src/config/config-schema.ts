import { parseDuration, parseNetwork } from "@syncbell/engine";
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

/** A destination as it is written, in the file or to the API, without its id. */
const destinationFields = {
  channel: z.string(),
  config: z.unknown().optional(),
  tenant: z.string().min(1, "must not be empty").optional(),
  when: z.unknown().optional(),
  expire: duration.optional(),
  pace: pace.optional(),
  fallback: z.string().min(1, "must not be empty").optional(),
};

const destination = z.strictObject({ id, ...destinationFields });

/** What the API takes in place of an entry of the file. */
export const destinationInput: z.ZodType<Omit<DestinationEntry, "id">> =
  z.strictObject(destinationFields);

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
  "destinations",
];

export const configSchema: z.ZodType<ConfigFile> = z.strictObject({
  links: z.record(z.string(), link).optional(),
  network: z.strictObject({ allow: z.array(network).optional() }).optional(),
  plugins: z.array(z.string().min(1, "must not be empty")).optional(),
  retention: duration.optional(),
  destinations: z.array(destination).optional(),
});

/** Settings that belong to the format of the file and that this version does not act on yet. */
export const NOT_YET: ReadonlySet<string> = new Set(["notify", "repeat", "digest", "mute"]);
