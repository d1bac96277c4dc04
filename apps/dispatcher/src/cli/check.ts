import { UsageError, readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { formatProblems } from "./config-file.ts";
import { configured } from "./configured.ts";
import { runRuleTests } from "./rule-tests.ts";

/**
 * `syncbell check`: reads the config and all that it refers to; opens nothing outside. With `--events DIR`
 * the rules are tried on a folder of events as well.
 */
export const check: Command = async (words, around) => {
  const { out } = around;
  const flags = readFlags(words, ["config", "events"]);
  const config = await configured(flags, around);
  if (!config) return 1;
  const destinations = config.destinations.map(({ id }) => id);
  const tests = flags.events && (await runRuleTests(flags.events, config.destinations));
  if (tests && tests.events === 0)
    throw new UsageError(`${flags.events} has no events (NAME.json)`);
  if (tests && tests.problems.length > 0) {
    out.print(formatProblems(tests.problems, flags.json));
    return 1;
  }
  const tried = tests ? { events: tests.events, expected: tests.expected } : {};
  const said = tests
    ? `; ${tests.events} events decided, ${tests.expected} decisions as expected`
    : "";
  out.print(
    flags.json
      ? `${JSON.stringify({ problems: [], destinations, ...tried }, null, 2)}\n`
      : `${config.file}: no problems; destinations: ${destinations.join(", ") || "none"}${said}\n`,
  );
  return 0;
};
