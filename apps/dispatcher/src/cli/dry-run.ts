import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { type ConfigProblem, placeFinder } from "../config/config-problem.ts";
import { SUBSCRIPTION_KEYS } from "../config/config-schema.ts";
import type { InputProblem } from "../input-problem.ts";
import { SettingsError } from "../settings.ts";
import { UsageError } from "./arguments.ts";
import type { ConfigOfFile } from "./configured.ts";
import { callDispatcher } from "./dispatcher-call.ts";

/** How many changes of a destination a person is shown. */
const MOST_SHOWN = 3;

interface Said {
  readonly decision: string;
  readonly reason: string;
}

/** What a dispatcher answers to a dry run. */
export interface DryRunAnswer {
  readonly events: number;
  readonly since: string | null;
  readonly until: string | null;
  readonly destinations: readonly {
    readonly destination_id: string;
    readonly before: number;
    readonly after: number;
    readonly more: number;
    readonly less: number;
    readonly otherwise: number;
    readonly changes: readonly {
      readonly event_id: string;
      readonly title: string;
      readonly before: Said | null;
      readonly after: Said | null;
    }[];
  }[];
}

/** How many events a dry run is asked for. Throws UsageError where the word is no such number. */
export function readLast(word: string): number {
  const last = /^\d{1,4}$/.test(word) ? Number(word) : 0;
  if (last >= 1 && last <= 1_000) return last;
  throw new UsageError("--last takes a number of events, from 1 to 1000");
}

/** What a dispatcher makes of destinations, or what it finds wrong with them, with the places in the file. */
export type DryRunResult =
  | { readonly ok: true; readonly answer: DryRunAnswer }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Has a running dispatcher try the destinations of a config on its last events. Only what they want to hear
 * of leaves the process, none of their configs. Throws SettingsError where the dispatcher refuses to.
 */
export async function askForDryRun(
  { file, destinations }: Pick<ConfigOfFile, "file" | "destinations">,
  last: number,
  { base, token }: { readonly base: string; readonly token: string },
): Promise<DryRunResult> {
  const entries = destinations.map(({ id, written }) => ({
    id,
    ...Object.fromEntries(Object.entries(written).filter(([name]) => SUBSCRIPTION_KEYS.has(name))),
  }));
  const body = Buffer.from(JSON.stringify({ destinations: entries, last }));
  const answer = await callDispatcher(new URL("/v1/check", base), token, { body });
  if (isDryRun(answer.body)) return { ok: true, answer: answer.body };
  if (answer.status < 300) {
    throw new SettingsError(`what answers at ${base} is no dispatcher that can try a config`);
  }
  const { detail = "refused", errors } = Object(answer.body) as Readonly<Record<string, unknown>>;
  const refused = Array.isArray(errors) ? errors.filter(isInputProblem) : [];
  if (refused.length > 0 && refused.every(({ path }) => path.startsWith("destinations."))) {
    return { ok: false, problems: placedIn(file, refused) };
  }
  const more = refused.filter(({ message }) => message !== detail);
  const lines = more.map(({ path, message }) => `\n  ${path || "(body)"} ${message}`);
  throw new SettingsError(`${answer.status}: ${String(detail)}${lines.join("")}`);
}

/** The destinations of a request stand in it as they do in the file. */
function placedIn(file: string, errors: readonly InputProblem[]): readonly ConfigProblem[] {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const placeOf = placeFinder(document, lines);
  const value: unknown = document.toJS();
  return errors.map(({ path, message }) => ({
    file,
    ...placeOf(stepsOf(path.split("."), value), "key"),
    message: `the dispatcher refuses ${path}: ${message}`,
  }));
}

/** The steps of a dotted path through a value, in which keys have dots too. */
function stepsOf(words: readonly string[], value: unknown): readonly string[] {
  if (words.length === 0) return [];
  const fields = Object(value) as Readonly<Record<string, unknown>>;
  for (let count = words.length; count > 0; count--) {
    const key = words.slice(0, count).join(".");
    if (Object.hasOwn(fields, key)) return [key, ...stepsOf(words.slice(count), fields[key])];
  }
  return [];
}

function isInputProblem(value: unknown): value is InputProblem {
  const { path, message } = Object(value) as Readonly<Record<string, unknown>>;
  return typeof path === "string" && typeof message === "string";
}

function isDryRun(body: unknown): body is DryRunAnswer {
  const { destinations } = Object(body) as { readonly destinations?: unknown };
  return Array.isArray(destinations);
}

/** Says for a person what would be different. */
export function describeDryRun({ events, since, until, destinations }: DryRunAnswer): string {
  if (events === 0) return "the dispatcher has no events to try it on\n";
  const width = Math.max(0, ...destinations.map(({ destination_id }) => destination_id.length));
  const head =
    `tried on the last ${events === 1 ? "event" : `${events} events`}, ` +
    `from ${since ?? ""} to ${until ?? ""}:\n`;
  return head + destinations.map((one) => describeOne(one, width)).join("");
}

type Difference = DryRunAnswer["destinations"][number];

function describeOne(one: Difference, width: number): string {
  const { before, after, more, less, otherwise, changes } = one;
  const parts = [
    more > 0 ? `${more} more` : "",
    less > 0 ? `${less} less` : "",
    otherwise > 0 ? `${otherwise} in another way` : "",
  ].filter((part) => part !== "");
  const said = `heard of ${before}, would hear of ${after}: ${parts.join(", ") || "no change"}`;
  const shown = changes.slice(0, MOST_SHOWN);
  const left = more + less + otherwise - shown.length;
  return [
    `  ${one.destination_id.padEnd(width)}  ${said}`,
    ...shown.map((change) => `    ${describeChange(change)}`),
    ...(shown.length > 0 && left > 0 ? [`    and ${left} more`] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function describeChange({ event_id, title, before, after }: Difference["changes"][number]): string {
  const [was, is] = [before, after].map((said) => said?.decision ?? "none");
  const why = after?.reason ?? "it would not be there, or not have the tenant in its reach";
  return `${event_id} ${title}: ${was} -> ${is}: ${why}`;
}
