/** A request that a channel asks its host to make. */
export interface HttpRequest {
  /** An absolute http(s) URL. Credentials in it are not allowed: use a header. */
  readonly url: string;
  /** `POST` unless given. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The attempt's own signal: when it fires, the request ends as a failure, whatever its state. */
  readonly signal: AbortSignal;
}

/** An answer whose status was read, whatever the status is. */
export interface HttpResponse {
  readonly kind: "response";
  readonly status: number;
  /** Names in lower case; a repeated header is joined by a comma and a space. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 64 KiB of the body as UTF-8. */
  readonly body: string;
  /** False when the body was longer than what was read, or not over at the deadline. */
  readonly complete: boolean;
  /** When the status was read, in milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** Why no answer came. `blocked` is our own guard's word, the others are the network's. */
export type HttpFailureCause =
  | "blocked"
  | "dns"
  | "refused"
  | "reset"
  | "timeout"
  | "tls"
  | "protocol"
  | "invalid";

/** No usable answer. The `reason` is one sentence that names no URL and no secret. */
export interface HttpFailure {
  readonly kind: "failure";
  readonly cause: HttpFailureCause;
  readonly reason: string;
  /** The status, where the connection broke after it had been read. */
  readonly status?: number;
}

export type HttpResult = HttpResponse | HttpFailure;

/**
 * The guarded client that a host hands to a channel. It never throws and never follows a redirect;
 * it checks every address that it dials, bounds sizes, and ends with the request's signal.
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResult>;
}

/**
 * Dresses a guarded client as the standard `fetch`, for libraries that take one. Each result is also
 * given to `observe`, since most libraries drop the headers of a failure. Like `fetch` it throws a
 * TypeError when no answer came.
 */
export function fetchThrough(
  http: HttpClient,
  signal: AbortSignal,
  observe: (result: HttpResult) => void,
): typeof globalThis.fetch {
  return async (input, init) => {
    const asked = input instanceof Request ? input : undefined;
    const { headers, body } = await contentOf(asked, init);
    const signals = [signal, asked?.signal, init?.signal].filter(
      (each) => each instanceof AbortSignal,
    );
    const result = await http.request({
      url: input instanceof Request ? input.url : String(input),
      method: init?.method ?? asked?.method ?? "GET",
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any(signals),
    });
    observe(result);
    if (result.kind === "failure") throw new TypeError(result.reason);
    if (result.status < 200) throw new TypeError(`answered ${result.status}`);
    return new Response([204, 205, 304].includes(result.status) ? null : result.body, {
      status: Math.min(599, result.status),
      headers: result.headers,
    });
  };
}

/** Bodies other than text are read whole, since a guarded client takes text or bytes. */
async function contentOf(
  asked: Request | undefined,
  init: RequestInit | undefined,
): Promise<Pick<HttpRequest, "body"> & { readonly headers: Readonly<Record<string, string>> }> {
  const headers = new Headers(init?.headers ?? asked?.headers);
  const source = init?.body ?? asked?.body;
  if (source === null || source === undefined) return { headers: Object.fromEntries(headers) };
  const content = new Response(source);
  const type = content.headers.get("content-type");
  if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
  const body = typeof source === "string" ? source : new Uint8Array(await content.arrayBuffer());
  return { headers: Object.fromEntries(headers), body };
}
