import { type Preview, Rehearsal, preview as previewOf } from "@syncbell/engine";
import { previewsOf } from "../previews.ts";
import { previewView } from "../views.ts";
import { UsageError, readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { chosen, configured } from "./configured.ts";
import { readEventFiles } from "./event-file.ts";

/** `syncbell preview FILE…`: the exact message for each destination, its size, warnings. Sends nothing. */
export const preview: Command = async (words, around) => {
  const flags = readFlags(words, ["config", "destination", "files"]);
  if (flags.files.length === 0) {
    throw new UsageError("preview needs a FILE, or - for standard input");
  }
  const config = await configured(flags, around);
  if (!config) return 1;
  const destinations = chosen(config, flags.destination);
  const rehearsal = new Rehearsal(destinations);
  let failed = 0;
  for (const { file, body, event } of await readEventFiles(flags.files)) {
    const now = Date.now();
    const explanation = rehearsal.decide(event, { now });
    const options = { links: config.links, at: now };
    const previews = previewsOf({ event, body, explanation, now }, destinations, (...given) =>
      previewOf(...given, options),
    );
    failed += previews.filter(({ ok }) => !ok).length;
    around.out.print(
      flags.json
        ? `${JSON.stringify({ file, messages: previews.map(previewView) })}\n`
        : `${file}\n${previews.map(describe).join("")}`,
    );
  }
  return failed > 0 ? 1 : 0;
};

function describe(made: Preview): string {
  const { destinationId: id } = made;
  if (!made.ok) return `\n${id}: can't be made: ${made.problem}\n`;
  const { message, bytes, limit, warnings } = made;
  const size = limit === undefined ? `${bytes} bytes` : `${bytes} of ${limit} bytes`;
  const warned = warnings.map((warning) => `  warning: ${warning}\n`).join("");
  return `\n${id}: ${size}\n${warned}${JSON.stringify(message, null, 2)}\n`;
}
