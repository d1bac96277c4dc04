import { SettingsError } from "../settings.ts";
import { UsageError } from "./arguments.ts";
import { check } from "./check.ts";
import type { Command, Surroundings } from "./command.ts";
import { copy } from "./copy.ts";
import { demo } from "./demo.ts";
import { explain as explainEvents } from "./explain.ts";
import { preview } from "./preview.ts";
import { send } from "./send.ts";
import { serve } from "./serve.ts";
import { test } from "./test.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["serve", serve],
  ["demo", demo],
  ["check", check],
  ["explain", explainEvents],
  ["preview", preview],
  ["send", send],
  ["test", test],
  ["copy", copy],
]);

const USAGE = `syncbell tells people and systems that a sync has ended.

  syncbell serve [--config FILE]          the dispatcher and its API
  syncbell demo [--once]                  a dispatcher, an inbox, and three events delivered
  syncbell check [--config FILE] [--events DIR] [--last N [--to URL]]
                                          reads the config; lists every mistake in it; tries its rules
                                          on DIR/NAME.json against DIR/NAME.expected.yaml, and on the
                                          last events of a running dispatcher: what would be sent more
  syncbell explain FILE… [--destination ID]
                                          what would be decided for events, and why; sends nothing
  syncbell preview FILE… [--destination ID]
                                          the exact messages for events; sends nothing
  syncbell send FILE… [--to URL]          posts events to a running dispatcher; - is standard input
  syncbell test ID [--to URL]             a running dispatcher sends a destination a test notice
  syncbell copy --from URL --to URL       copies a whole store into an empty one, sqlite:PATH or
                                          postgres://…, while no dispatcher serves; run again, it goes
                                          on where it was interrupted

--json makes the output of a command readable for programs.
Settings: SYNCBELL_CONFIG, SYNCBELL_DATABASE_URL, HOST, PORT, SYNCBELL_ADMIN_TOKEN,
SYNCBELL_SECRET_KEY, SYNCBELL_LOG_LEVEL.
`;

/** The exit code of a command line that can't be followed, as is the custom. */
const WRONG_USAGE = 2;

/** Runs a command line to its end; answers the exit code. */
export async function runCommand(words: readonly string[], around: Surroundings): Promise<number> {
  const { out } = around;
  const [name = "help", ...rest] = words;
  if (name === "help" || isCallForHelp(name) || rest.some(isCallForHelp)) {
    out.print(USAGE);
    return words.length === 0 ? WRONG_USAGE : 0;
  }
  const command = COMMANDS.get(name);
  if (!command) {
    const known = [...COMMANDS.keys()].join(", ");
    out.error(`syncbell: there is no command "${name}"; there are: ${known}\n`);
    return WRONG_USAGE;
  }
  try {
    return await command(rest, around);
  } catch (error) {
    out.error(`syncbell ${name}: ${explain(error)}\n`);
    return error instanceof UsageError ? WRONG_USAGE : 1;
  }
}

function isCallForHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError || error instanceof SettingsError) return error.message;
  const code = "code" in error ? String(error.code) : "";
  const port = "port" in error ? String(error.port) : "";
  if (code === "EADDRINUSE") return `port ${port} is taken; set PORT to another, or to 0 for any`;
  return error.message;
}
