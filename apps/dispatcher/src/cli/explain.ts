import { notificationOf } from "@syncbell/core";
import { Rehearsal, type Rehearsed } from "@syncbell/engine";
import { explanationView } from "../views.ts";
import { UsageError, readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { chosen, configured } from "./configured.ts";
import { type FileEvent, readEventFiles } from "./event-file.ts";

/**
 * `syncbell explain FILE…`: what would be decided for each destination, and why, if these events came
 * one after the other and were the first of their pipelines. Sends nothing.
 */
export const explain: Command = async (words, around) => {
  const flags = readFlags(words, ["config", "destination", "files"]);
  if (flags.files.length === 0) {
    throw new UsageError("explain needs a FILE, or - for standard input");
  }
  const config = await configured(flags, around);
  if (!config) return 1;
  const rehearsal = new Rehearsal(chosen(config, flags.destination));
  for (const one of await readEventFiles(flags.files)) {
    const rehearsed = rehearsal.decide(one.event, { now: Date.now() });
    around.out.print(
      flags.json
        ? `${JSON.stringify({ file: one.file, ...explanationView(rehearsed) })}\n`
        : describe(one, rehearsed),
    );
  }
  return 0;
};

function describe({ file, event }: FileEvent, { incident, decisions }: Rehearsed): string {
  const source = { id: "", type: event.event_type, receivedAt: 0, raw: "", event };
  const { title } = notificationOf(source, incident ? { incident } : {});
  const story = incident ? ` (${incident.transition})` : "";
  const width = Math.max(0, ...decisions.map(({ destinationId }) => destinationId.length));
  const lines = decisions.map(({ destinationId, decision, reason }) => {
    const id = destinationId.padEnd(width);
    return `  ${id}  ${decision.padEnd("superseded".length)}  ${reason}\n`;
  });
  const nobody = "  no destination has this event's tenant in its reach\n";
  return `${file}: ${title}${story}\n${lines.join("") || nobody}`;
}
