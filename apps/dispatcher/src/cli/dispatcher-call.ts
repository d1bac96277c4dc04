import { adminTokenFile, keptAdminToken } from "../keys.ts";
import { type Settings, SettingsError, isPostgres } from "../settings.ts";
import { UsageError } from "./arguments.ts";

/** How long a call may take, in milliseconds. */
const CALL_MS = 30_000;

/** What a dispatcher answered: the body as JSON, or as text where it is none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The token to call a dispatcher with. Throws SettingsError where there is none. */
export function tokenOf(settings: Settings): string {
  const token = settings.adminToken ?? keptAdminToken(settings.database);
  if (token !== undefined) return token;
  if (isPostgres(settings.database)) throw new SettingsError("SYNCBELL_ADMIN_TOKEN is not set");
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

/**
 * Calls a dispatcher: by POST where that is asked for or a JSON body is given. Throws SettingsError when
 * nothing answers at the URL.
 */
export async function callDispatcher(
  url: URL,
  token: string,
  { method = "GET", body }: { readonly method?: "GET" | "POST"; readonly body?: Uint8Array } = {},
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: body ? "POST" : method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: new Uint8Array(body) } : {}),
      redirect: "manual",
      signal: AbortSignal.timeout(CALL_MS),
    });
  } catch {
    throw new SettingsError(
      `no dispatcher answers at ${url.origin}; start one with: syncbell serve`,
    );
  }
  const text = await response.text();
  return { status: response.status, body: parseJson(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
