import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callDispatcher } from "../cli/dispatcher-call.ts";
import { loadConfig } from "../config/config.ts";
import { formatProblem } from "../config/config-problem.ts";
import { type Dispatcher, startDispatcher } from "../dispatcher.ts";
import { takeKeys } from "../keys.ts";
import { createLog } from "../log.ts";
import { demoConfig } from "./demo-config.ts";
import { startInbox } from "./inbox.ts";

/** What became of one event at one destination. */
export interface DemoResult {
  readonly event: string;
  readonly destination: string;
  /** The delivery's state, or the decision where no delivery was made. */
  readonly result: string;
  readonly reason: string;
}

export interface Demo {
  readonly url: string;
  readonly inboxUrl: string;
  readonly adminToken: string;
  /** Posts the demo's events through the API and waits until each delivery has ended. */
  deliverAll(): Promise<readonly DemoResult[]>;
  stop(): Promise<void>;
}

const EVENTS = [
  "pipeline.post_sync.succeeded",
  "transform.post_sync.succeeded",
  "pipeline.post_sync.failed",
] as const;

/** How long the demo waits for its deliveries, in milliseconds. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/** Starts the inbox and a dispatcher with a config that points at it, on a store in a new folder. */
export async function startDemo(at: { host: string; port: number }): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "syncbell-demo-"));
  const signingSecret = `whsec_${randomBytes(32).toString("base64")}`;
  const inbox = await startInbox(signingSecret);
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "syncbell.yaml");
    writeFileSync(file, demoConfig(inbox.url), { mode: 0o600 });
    const loaded = await loadConfig(file, { DEMO_SIGNING_SECRET: signingSecret });
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
    const database = join(folder, "syncbell.db");
    const keys = takeKeys({ database, adminToken: undefined, secretKey: undefined });
    const dispatcher = await onFreePort(at.port, (port) =>
      startDispatcher({
        config: loaded.config,
        keys,
        database,
        host: at.host,
        port,
        // Standard output is for the results.
        log: createLog("error", "stderr"),
        onNewSecret: () => undefined,
      }),
    );
    return {
      url: dispatcher.url,
      inboxUrl: inbox.url,
      adminToken: keys.adminToken,
      deliverAll: () => deliverAll(dispatcher, keys.adminToken),
      async stop() {
        await dispatcher.stop();
        await inbox.stop();
        removeFolder();
      },
    };
  } catch (error) {
    await inbox.stop();
    removeFolder();
    throw error;
  }
}

/** A taken port is no reason for the demo not to run: it then takes a free one. */
async function onFreePort(
  port: number,
  start: (port: number) => Promise<Dispatcher>,
): Promise<Dispatcher> {
  try {
    return await start(port);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return start(0);
    throw error;
  }
}

async function deliverAll({ url }: Dispatcher, token: string): Promise<readonly DemoResult[]> {
  const ids = new Map<string, string>();
  for (const name of EVENTS) {
    const path = fileURLToPath(new URL(`../../fixtures/${name}.json`, import.meta.url));
    const { status, body } = await callDispatcher(new URL("/v1/events", url), token, {
      body: readFileSync(path),
    });
    if (status !== 202) throw new Error(`${name} was refused with ${status}`);
    ids.set(name, (body as { readonly id: string }).id);
  }
  const results = await Promise.all(
    [...ids].map(([name, id]) => resultsOf(name, new URL(`/v1/events/${id}`, url), token)),
  );
  return results.flat();
}

interface EventAnswer {
  readonly decisions: readonly {
    readonly destination_id: string;
    readonly decision: string;
    readonly reason: string;
  }[];
  readonly deliveries: readonly { readonly destination_id: string; readonly state: string }[];
}

async function resultsOf(event: string, url: URL, token: string): Promise<readonly DemoResult[]> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { decisions, deliveries } = (await response.json()) as EventAnswer;
    const waiting = deliveries.some(({ state }) => state === "pending" || state === "sending");
    if (!waiting || Date.now() > until) {
      return decisions.map(({ destination_id, decision, reason }) => ({
        event,
        destination: destination_id,
        result:
          deliveries.find((delivery) => delivery.destination_id === destination_id)?.state ??
          decision,
        reason,
      }));
    }
    await new Promise((resolve) => void setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Whether a result is what the demo promises: delivered, or left out by a rule. */
export function isDelivered({ result }: DemoResult): boolean {
  return result === "delivered" || result === "filtered";
}
