import { readSettings } from "../settings.ts";
import { UsageError, readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Answer, callDispatcher, dispatcherAt, tokenOf } from "./dispatcher-call.ts";
import { readEventFile } from "./event-file.ts";

/** What a dispatcher answered to one file. */
interface FileAnswer extends Answer {
  readonly file: string;
}

/** `syncbell send FILE…`: posts events to a running dispatcher. */
export const send: Command = async (words, { env, out }) => {
  const flags = readFlags(words, ["files", "to"]);
  if (flags.files.length === 0) throw new UsageError("send needs a FILE, or - for standard input");
  const settings = readSettings(env);
  const url = new URL("/v1/events", dispatcherAt(flags.to, settings));
  const token = tokenOf(settings);
  let refused = 0;
  for (const file of flags.files) {
    const bytes = await readEventFile(file);
    const answer = { file, ...(await callDispatcher(url, token, { body: bytes })) };
    if (answer.status !== 202) refused++;
    out.print(flags.json ? `${JSON.stringify(answer)}\n` : describe(answer));
  }
  return refused > 0 ? 1 : 0;
};

function describe({ file, status, body }: FileAnswer): string {
  const answer = (typeof body === "object" && body !== null ? body : {}) as {
    readonly id?: string;
    readonly duplicate?: boolean;
    readonly deliveries?: readonly { readonly destination_id: string }[];
    readonly detail?: string;
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
  };
  if (status === 202) {
    const to =
      answer.deliveries?.map(({ destination_id }) => destination_id).join(", ") || "nobody";
    if (answer.duplicate) return `${file}: ${answer.id} is known already; nothing new is sent\n`;
    return `${file}: ${answer.id}, owed to ${to}\n`;
  }
  const errors = (answer.errors ?? []).map(
    ({ path, message }) => `  ${path || "(body)"} ${message}\n`,
  );
  return `${file}: refused with ${status}: ${answer.detail ?? ""}\n${errors.join("")}`;
}
