import { setTimeout as pause } from "node:timers/promises";
import { SettingsError, readSettings } from "../settings.ts";
import { UsageError, readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { callDispatcher, dispatcherAt, tokenOf } from "./dispatcher-call.ts";

/** How often it is looked whether the notice has arrived, and for how long, in milliseconds. */
const LOOK_MS = 100;
const LONGEST_MS = 30_000;

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: readonly {
    readonly outcome: string;
    readonly status: number | null;
    readonly reason: string | null;
  }[];
}

/** `syncbell test ID`: has a running dispatcher send a test notice; waits for the first attempt's end. */
export const test: Command = async (words, { env, out }) => {
  const flags = readFlags(words, ["to", "files"]);
  const [id, ...others] = flags.files;
  if (id === undefined || others.length > 0)
    throw new UsageError("test needs the ID of a destination");
  const settings = readSettings(env);
  const base = dispatcherAt(flags.to, settings);
  const token = tokenOf(settings);
  const made = (await call(
    base,
    token,
    `/v1/destinations/${encodeURIComponent(id)}/test`,
    "POST",
  )) as {
    readonly deliveries: readonly { readonly id: string }[];
  };
  const path = `/v1/deliveries/${made.deliveries[0]?.id ?? ""}`;
  const until = Date.now() + LONGEST_MS;
  let delivery = (await call(base, token, path)) as Delivery;
  while (delivery.attempts.length === 0 && delivery.state !== "expired" && Date.now() < until) {
    await pause(LOOK_MS);
    delivery = (await call(base, token, path)) as Delivery;
  }
  const arrived = delivery.state === "delivered";
  out.print(flags.json ? `${JSON.stringify(delivery)}\n` : describe(id, delivery));
  return arrived ? 0 : 1;
};

function describe(id: string, { state, attempts }: Delivery): string {
  const last = attempts.at(-1);
  if (!last) return `${id}: no attempt was made within ${LONGEST_MS / 1000} s; it is ${state}\n`;
  const { outcome, status, reason } = last;
  const said = [status === null ? "" : `status ${status}`, reason ?? ""].filter(
    (part) => part !== "",
  );
  const why = said.length > 0 ? ` (${said.join(", ")})` : "";
  return `${id}: ${state === "delivered" ? "the test notice arrived" : `not delivered: ${outcome}`}${why}\n`;
}

async function call(
  base: string,
  token: string,
  path: string,
  method: "GET" | "POST" = "GET",
): Promise<unknown> {
  const { status, body } = await callDispatcher(new URL(path, base), token, { method });
  if (status < 300) return body;
  const { detail = "refused" } = Object(body) as { readonly detail?: string };
  throw new SettingsError(`${status}: ${detail}`);
}
