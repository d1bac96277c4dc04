import { type Json, cutMiddle, redactSecrets } from "@syncbell/core";
import { jsonOf } from "./format.ts";
import { type Meter, TemplateFailure } from "./meter.ts";

/** JSON that a template asked for as JSON, with `{{json …}}`. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The longest text of an event that is read whole, in UTF-16 units. As UTF-8 it fits a body. */
const LONGEST_TEXT = 20_000;

/** No secret that is masked by its shape is longer, in UTF-16 units. */
const LONGEST_SECRET = 12_000;

/** How deep values may nest that are put in whole. */
const DEEPEST = 64;

/** A way into somebody else's data that shows no secret and reads own fields alone. */
export interface Reader {
  /** The field of an object or the item of a list; undefined where there is none. */
  readonly field: (holder: unknown, name: string) => unknown;
  /** A value as it may be shown: texts masked, and shortened in the middle when very long. */
  shown(value: unknown): unknown;
  /** A copy of a value with everything in it as it may be shown. */
  copy(value: unknown): Json;
  text(value: unknown): string;
  json(value: unknown): string;
}

/** `clean` are texts that are known to be masked; they come through as they are. */
export function startReader(meter: Meter, clean: readonly string[]): Reader {
  const masked = new Map(clean.map((text) => [text, text]));
  const secretNames = new Map<string, boolean>();

  const mask = (text: string): string => {
    const known = masked.get(text);
    if (known !== undefined) return known;
    const short = text.length <= LONGEST_TEXT + 2 * LONGEST_SECRET;
    meter.read(short ? text.length : LONGEST_TEXT + 2 * LONGEST_SECRET);
    const shown = short ? cutMiddle(redactSecrets(text), LONGEST_TEXT) : maskEnds(text);
    masked.set(text, shown);
    return shown;
  };

  const namesSecret = (name: string): boolean => {
    const known = secretNames.get(name);
    if (known !== undefined) return known;
    meter.read(name.length);
    const probe = `${name}=x`;
    const found = name.length <= 100 && redactSecrets(probe) !== probe;
    secretNames.set(name, found);
    return found;
  };

  const field = (holder: unknown, name: string): unknown => {
    if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, name)) return;
    const value = (holder as Readonly<Record<string, unknown>>)[name];
    if (value === null || typeof value === "boolean") return value;
    return !Array.isArray(holder) && namesSecret(name) ? "***" : value;
  };

  const copy = (value: unknown, depth = 0): Json => {
    meter.step();
    if (depth > DEEPEST) throw new TemplateFailure(`it shows a value ${DEEPEST} levels deep`);
    if (value instanceof JsonText) return value.text;
    if (typeof value === "string") return mask(value);
    if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
    if (typeof value !== "object") return null;
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    return Object.fromEntries(
      Object.keys(value).map((name) => [mask(name), copy(field(value, name), depth + 1)]),
    );
  };

  const json = (value: unknown): string => jsonOf(copy(value));

  return {
    field,
    copy,
    json,
    shown(value) {
      if (typeof value === "string") return mask(value);
      return typeof value === "function" || typeof value === "symbol" ? undefined : value;
    },
    text(value) {
      if (value === undefined || value === null) return "";
      const plain = typeof value === "string" ? value : undefined;
      const said = value instanceof JsonText ? value.text : (plain ?? json(value));
      meter.read(said.length);
      return said;
    },
  };
}

/**
 * Masks the two ends of a long text. Each is read further than it is shown, and what lies at the cut
 * is not shown: a secret that the cut went through would not be known for one.
 */
function maskEnds(text: string): string {
  const reach = LONGEST_TEXT / 2 - 50;
  const readHead = redactSecrets(text.slice(0, reach + LONGEST_SECRET));
  const readTail = redactSecrets(text.slice(-reach - LONGEST_SECRET));
  const head = readHead.slice(0, Math.min(reach, Math.max(0, readHead.length - LONGEST_SECRET)));
  const tail = readTail.slice(Math.max(LONGEST_SECRET, readTail.length - reach));
  const gone = text.length - head.length - tail.length;
  return `${head}\n… ${gone} characters cut …\n${tail}`.toWellFormed();
}
