import type { ConfigProblem } from "../config/config-problem.ts";
import { readSettings } from "../settings.ts";
import { UsageError, readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { formatProblems } from "./config-file.ts";
import { configured } from "./configured.ts";
import { dispatcherAt, tokenOf } from "./dispatcher-call.ts";
import { askForDryRun, describeDryRun, readLast } from "./dry-run.ts";
import { runRuleTests } from "./rule-tests.ts";

/**
 * `syncbell check`: reads the config and all that it refers to; opens nothing outside. With `--events DIR`
 * the rules are tried on a folder of events as well, with `--last N` on the last events of a dispatcher.
 */
export const check: Command = async (words, { env, out, ...around }) => {
  const flags = readFlags(words, ["config", "events", "last", "to"]);
  if (flags.to !== undefined && flags.last === undefined) {
    throw new UsageError("--to names the dispatcher for --last N, which is missing");
  }
  const last = flags.last === undefined ? undefined : readLast(flags.last);
  const config = await configured(flags, { env, out, ...around });
  if (!config) return 1;
  const refuse = (problems: readonly ConfigProblem[]): number => {
    out.print(formatProblems(problems, flags.json));
    return 1;
  };
  const tests = flags.events && runRuleTests(flags.events, config.destinations);
  if (tests && tests.problems.length > 0) return refuse(tests.problems);
  if (tests && tests.events === 0)
    throw new UsageError(`${flags.events} has no events (NAME.json)`);
  const settings = readSettings(env);
  const asked =
    last === undefined
      ? undefined
      : await askForDryRun(config, last, {
          base: dispatcherAt(flags.to, settings),
          token: tokenOf(settings),
        });
  if (asked?.ok === false) return refuse(asked.problems);
  const dryRun = asked?.answer;
  const destinations = config.destinations.map(({ id }) => id);
  const { warnings } = config;
  const tried = tests ? { events: tests.events, expected: tests.expected } : {};
  if (flags.json) {
    const answer = {
      problems: [],
      ...(warnings.length > 0 ? { warnings } : {}),
      destinations,
      ...tried,
      ...(dryRun ? { dry_run: dryRun } : {}),
    };
    out.print(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  out.print(formatProblems(warnings, false));
  const said = tests
    ? `; ${tests.events} events decided, ${tests.expected} decisions as expected`
    : "";
  out.print(
    `${config.file}: no problems; destinations: ${destinations.join(", ") || "none"}${said}\n`,
  );
  if (dryRun) out.print(describeDryRun(dryRun));
  return 0;
};
