import { z } from "zod";

/** What a secret field's value is made by when nobody gives one. */
export type SecretMaker = "standard-webhooks";

/**
 * Marks a field of a channel's config as a secret, as JSON Schema does: `writeOnly`. Such a value is
 * sealed in the store, never shown again, and masked in logs, errors and answers. With `made`, a
 * missing value is made and kept by Syncbell.
 */
export function secret<T extends z.ZodType>(schema: T, options: { made?: SecretMaker } = {}): T {
  return schema.meta({ writeOnly: true, ...(options.made ? { "x-made": options.made } : {}) });
}

/** Marks a field that may carry a secret in part, like a URL: shown to its owner, masked elsewhere. */
export function sensitive<T extends z.ZodType>(schema: T): T {
  return schema.meta({ "x-sensitive": true });
}

/** Marks a field whose value is taken as it is written: `{ env: … }` in it is no reference to a secret. */
export function verbatim<T extends z.ZodType>(schema: T): T {
  return schema.meta({ "x-verbatim": true });
}

/** The top-level fields of a config that are taken as they are written. */
export function verbatimFields(schema: z.ZodType): ReadonlySet<string> {
  const root = jsonSchema(schema);
  return new Set(
    [root, ...alternatives(root, root)].flatMap(({ properties = {} }) =>
      Object.keys(properties).filter((name) => properties[name]?.["x-verbatim"] === true),
    ),
  );
}

interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly items?: JsonSchema | boolean;
}

/** Every text in a config that must not appear in a log, an error or an answer. */
export function secretsIn(schema: z.ZodType, config: unknown): readonly string[] {
  const root = jsonSchema(schema);
  const found = new Set<string>();
  const walk = (part: JsonSchema | boolean, value: unknown, inherited: boolean): void => {
    const here = typeof part === "object" ? part : {};
    const masked = inherited || here["writeOnly"] === true || here["x-sensitive"] === true;
    for (const other of alternatives(here, root)) walk(other, value, masked);
    if (typeof value === "string" && masked) found.add(value);
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const innerPart = partFor(here, value, name);
      if (masked || innerPart !== undefined) walk(innerPart ?? {}, inner, masked);
    }
  };
  walk(root, config, false);
  return [...found];
}

/** What a secret is shown as. */
export const MASKED_SECRET = "***";

/** A config as it may be shown to its owner: every text that is a secret is {@link MASKED_SECRET}. */
export function maskSecrets(schema: z.ZodType, config: unknown): unknown {
  const root = jsonSchema(schema);
  const walk = (parts: readonly (JsonSchema | boolean)[], value: unknown): unknown => {
    const known = parts.filter((part) => typeof part === "object");
    const every = known.flatMap((part) => [part, ...everyAlternative(part, root)]);
    const meant = every.filter((part) => isMeant(part, value));
    // Where no shape is meant, a field that is a secret in any of them counts as one.
    const all = meant.some((part) => part.properties) ? meant : every;
    if (all.some((part) => part["writeOnly"] === true)) return maskAll(value);
    if (typeof value !== "object" || value === null) return value;
    const inner = (name: string, held: unknown): unknown =>
      walk(
        all.map((part) => partFor(part, value, name) ?? {}),
        held,
      );
    if (Array.isArray(value)) return value.map((held, index) => inner(String(index), held));
    return Object.fromEntries(
      Object.entries(value).map(([name, held]) => [name, inner(name, held)]),
    );
  };
  return walk([root], config);
}

function maskAll(value: unknown): unknown {
  if (typeof value === "string") return MASKED_SECRET;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(maskAll);
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, maskAll(held)]));
}

/** Of several shapes that a field with one fixed word tells apart, only the one with the value's word is meant. */
function isMeant({ properties = {} }: JsonSchema, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const held = new Map<string, unknown>(Object.entries(value));
  return Object.entries(properties).every(
    ([name, part]) => !("const" in part) || part["const"] === held.get(name),
  );
}

function everyAlternative(part: JsonSchema, root: JsonSchema, depth = 0): readonly JsonSchema[] {
  if (depth > 8) return [];
  return alternatives(part, root).flatMap((one) => [
    one,
    ...everyAlternative(one, root, depth + 1),
  ]);
}

function alternatives(part: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const { $ref, anyOf = [], oneOf = [], allOf = [] } = part;
  const named = $ref === "#" ? root : root.$defs?.[$ref?.slice("#/$defs/".length) ?? ""];
  return [...(named ? [named] : []), ...anyOf, ...oneOf, ...allOf];
}

function partFor(part: JsonSchema, holder: object, name: string): JsonSchema | boolean | undefined {
  if (Array.isArray(holder)) return part.prefixItems?.[Number(name)] ?? part.items;
  const { properties = {}, additionalProperties } = part;
  return Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
}

/** The top-level fields of a config that Syncbell makes a value for when none is given. */
export function madeSecrets(schema: z.ZodType): ReadonlyMap<string, SecretMaker> {
  const made = new Map<string, SecretMaker>();
  for (const [name, field] of Object.entries(jsonSchema(schema).properties ?? {})) {
    const maker = field["x-made"];
    if (maker === "standard-webhooks") made.set(name, maker);
  }
  return made;
}

const KNOWN = new WeakMap<z.ZodType, JsonSchema>();

/** A schema is what it was when it was first looked at: it does not change. */
function jsonSchema(schema: z.ZodType): JsonSchema {
  const known = KNOWN.get(schema);
  if (known) return known;
  const made = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  KNOWN.set(schema, made);
  return made;
}
