import { readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { isDelivered, startDemo } from "../demo/demo.ts";
import { resultsTable } from "../demo/results-table.ts";
import { readSettings } from "../settings.ts";

/** `syncbell demo`: a dispatcher, an inbox and three events, on a store of its own. */
export const demo: Command = async (words, { env, out, stopRequested }) => {
  const flags = readFlags(words, ["once"]);
  const { host, port } = readSettings(env);
  const stopped = stopRequested();
  const running = await startDemo({ host, port });
  try {
    const results = await Promise.race([running.deliverAll(), stopped]);
    if (!results) return flags.once ? 1 : 0;
    const complete = results.every(isDelivered);
    if (flags.json) {
      const { url, inboxUrl } = running;
      out.print(`${JSON.stringify({ results, urls: { api: url, inbox: inboxUrl } }, null, 2)}\n`);
    } else {
      out.print(`\n${resultsTable(results)}\n`);
      out.print(complete ? "" : "Not everything was delivered.\n\n");
    }
    if (flags.once) return complete ? 0 : 1;
    if (!flags.json) out.print(invitation(running));
    await stopped;
    return 0;
  } finally {
    await running.stop();
  }
};

function invitation({ url, inboxUrl, adminToken }: Awaited<ReturnType<typeof startDemo>>): string {
  return `What the receivers got   ${inboxUrl}
The dispatcher's API     ${url}

Post an event yourself:
  curl -H "Authorization: Bearer ${adminToken}" -H "content-type: application/json" \\
       --data-binary @apps/dispatcher/fixtures/pipeline.post_sync.failed.json \\
       -H "Idempotency-Key: mine-1" ${url}/v1/events

Serving. Ctrl-C ends the demo.
`;
}
