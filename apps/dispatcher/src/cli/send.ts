import { adminTokenFile, keptAdminToken } from "../keys.ts";
import { type Settings, SettingsError, readSettings } from "../settings.ts";
import { UsageError, readFlags } from "./arguments.ts";
import type { Command } from "./command.ts";
import { readEventFile } from "./event-file.ts";

/** How long a post may take, in milliseconds. */
const POST_MS = 30_000;

/** What a dispatcher answered to one file. */
interface Answer {
  readonly file: string;
  readonly status: number;
  readonly body: unknown;
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
    const answer = await post(url, token, file, bytes);
    if (answer.status !== 202) refused++;
    out.print(flags.json ? `${JSON.stringify(answer)}\n` : describe(answer));
  }
  return refused > 0 ? 1 : 0;
};

/** The token to call a dispatcher with. Throws SettingsError where there is none. */
export function tokenOf(settings: Settings): string {
  const token = settings.adminToken ?? keptAdminToken(settings.database);
  if (token !== undefined) return token;
  const kept = adminTokenFile(settings.database);
  throw new SettingsError(`SYNCBELL_ADMIN_TOKEN is not set, and there is no ${kept} here`);
}

/** Where a dispatcher is called: the place that was named, else where one of these settings serves. */
export function dispatcherAt(to: string | undefined, settings: Settings): string {
  return to === undefined ? baseUrl(settings) : target(to);
}

function target(to: string): string {
  const url = URL.canParse(to) ? new URL(to) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return to;
  throw new UsageError("--to takes the http(s) URL of a dispatcher, like http://127.0.0.1:8080");
}

function baseUrl({ host, port }: Settings): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Posts one event. Throws SettingsError when nothing answers at the URL. */
export async function post(
  url: URL,
  token: string,
  file: string,
  bytes: Uint8Array,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: new Uint8Array(bytes),
      redirect: "manual",
      signal: AbortSignal.timeout(POST_MS),
    });
  } catch {
    throw new SettingsError(
      `no dispatcher answers at ${url.origin}; start one with: syncbell serve`,
    );
  }
  const text = await response.text();
  return { file, status: response.status, body: parseJson(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describe({ file, status, body }: Answer): string {
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
