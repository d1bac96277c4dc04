import { parseArgs } from "node:util";

/** A command line that can't be followed. The message says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Flags {
  readonly json: boolean;
  readonly config: string | undefined;
  readonly once: boolean;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly destination: string | undefined;
  readonly events: string | undefined;
  readonly last: string | undefined;
  readonly files: readonly string[];
}

/** The flags that a command may take besides `--json`. */
export type FlagName =
  | "config"
  | "once"
  | "from"
  | "to"
  | "destination"
  | "events"
  | "last"
  | "files";

const OPTIONS = {
  json: { type: "boolean" },
  config: { type: "string" },
  once: { type: "boolean" },
  from: { type: "string" },
  to: { type: "string" },
  destination: { type: "string" },
  events: { type: "string" },
  last: { type: "string" },
} as const;

const NAMES = ["config", "once", "from", "to", "destination", "events", "last"] as const;

/** Reads the words after a command. Throws UsageError for a flag that the command does not take. */
export function readFlags(words: readonly string[], takes: readonly FlagName[]): Flags {
  let parsed;
  try {
    parsed = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  for (const name of NAMES) {
    if (values[name] !== undefined && !takes.includes(name)) {
      throw new UsageError(`this command does not take --${name}`);
    }
  }
  if (positionals.length > 0 && !takes.includes("files")) {
    throw new UsageError(`this command takes no ${JSON.stringify(positionals[0])}`);
  }
  return {
    json: values.json ?? false,
    config: values.config,
    once: values.once ?? false,
    from: values.from,
    to: values.to,
    destination: values.destination,
    events: values.events,
    last: values.last,
    files: positionals,
  };
}
