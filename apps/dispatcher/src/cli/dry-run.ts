import type { ConfiguredDestination } from "../config/destination-entry.ts";
import { SUBSCRIPTION_KEYS } from "../config/config-schema.ts";
import { SettingsError } from "../settings.ts";
import { UsageError } from "./arguments.ts";
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

/**
 * Has a running dispatcher try destinations on its last events. Only what they want to hear of leaves the
 * process, none of their configs. Throws SettingsError where the dispatcher refuses.
 */
export async function askForDryRun(
  destinations: readonly ConfiguredDestination[],
  last: number,
  { base, token }: { readonly base: string; readonly token: string },
): Promise<DryRunAnswer> {
  const entries = destinations.map(({ id, written }) => ({
    id,
    ...Object.fromEntries(Object.entries(written).filter(([name]) => SUBSCRIPTION_KEYS.has(name))),
  }));
  const body = Buffer.from(JSON.stringify({ destinations: entries, last }));
  const answer = await callDispatcher(new URL("/v1/check", base), token, { body });
  if (isDryRun(answer.body)) return answer.body;
  if (answer.status < 300) {
    throw new SettingsError(`what answers at ${base} is no dispatcher that can try a config`);
  }
  const { detail = "refused" } = Object(answer.body) as { readonly detail?: string };
  throw new SettingsError(`${answer.status}: ${detail}`);
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
