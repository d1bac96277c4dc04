import { existsSync } from "node:fs";
import { type CopyProgress, type CopyResult, type StoreToCopy, copyStore } from "@syncbell/engine";
import { secretKeyFile } from "../keys.ts";
import { DATABASE_FORMS, databaseName, databaseOf, isPostgres } from "../settings.ts";
import { UsageError, readFlags } from "./arguments.ts";
import type { Command, Terminal } from "./command.ts";

/** How often it is said how far a table is, in milliseconds. */
const SAID_EVERY_MS = 2_000;

/**
 * `syncbell copy --from URL --to URL`: copies a whole store into an empty one, while no dispatcher serves.
 * Run again after it was interrupted, it goes on where it was.
 */
export const copy: Command = async (words, { env, out }) => {
  const flags = readFlags(words, ["from", "to"]);
  const from = storeOf("--from", flags.from);
  const to = storeOf("--to", flags.to);
  const result = await copyStore({
    from,
    to,
    onResumed: () => out.error(`going on with the copy of ${from.name} into ${to.name}\n`),
    onProgress: progressOn(out),
  });
  out.print(
    flags.json
      ? `${JSON.stringify({ from: from.name, to: to.name, ...result })}\n`
      : describe(result),
  );
  for (const problem of result.problems) out.error(`syncbell copy: ${problem}\n`);
  if (result.problems.length > 0) return 1;
  const keyFile = secretKeyFile(from.database);
  const isKeyOfFile = env["SYNCBELL_SECRET_KEY"] === undefined && existsSync(keyFile);
  if (from.kind === "sqlite" && isKeyOfFile) {
    out.error(
      `The secrets in it are sealed with the key in ${keyFile}: set SYNCBELL_SECRET_KEY to it where ` +
        `${to.name} is served\n`,
    );
  }
  return 0;
};

function storeOf(flag: "--from" | "--to", url: string | undefined): StoreToCopy {
  const database = url === undefined ? undefined : databaseOf(url);
  if (database === undefined) throw new UsageError(`${flag} takes ${DATABASE_FORMS}`);
  return {
    kind: isPostgres(database) ? "postgres" : "sqlite",
    database,
    name: databaseName(database),
  };
}

/** Says how far a table is when some time has passed, and when it is done. */
function progressOn(out: Terminal): (progress: CopyProgress) => void {
  let saidAt = performance.now();
  return ({ table, copied, total }) => {
    if (copied < total && performance.now() - saidAt < SAID_EVERY_MS) return;
    saidAt = performance.now();
    out.error(`${table} ${copied} of ${total}\n`);
  };
}

function describe({ tables }: CopyResult): string {
  const rows = tables.map(({ table, source, destination, merged }) => [
    table,
    String(source),
    String(destination),
    merged > 0 ? `${merged} of them one with another` : "",
  ]);
  const all = [["table", "source", "destination", ""], ...rows];
  const [first, second, third] = [0, 1, 2].map((nth) =>
    Math.max(...all.map((row) => row[nth]?.length ?? 0)),
  );
  return all
    .map(([table = "", source = "", destination = "", note = ""]) => {
      const counts = [
        table.padEnd(first ?? 0),
        source.padStart(second ?? 0),
        destination.padStart(third ?? 0),
      ];
      return `${[...counts, note].join("  ").trimEnd()}\n`;
    })
    .join("");
}
