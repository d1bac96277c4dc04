import { until } from "./until.ts";

/** An answer of the API, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON, or undefined where it is none. */
  readonly body: any;
}

export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

/** A header is given in place of the usual one; undefined leaves it out. */
export type GivenHeaders = Readonly<Record<string, string | undefined>>;

export interface DeliveryAnswer {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly state: string;
  readonly created_at: string;
  readonly due_at: string;
  readonly attempts: readonly AttemptAnswer[];
}

export interface AttemptAnswer {
  readonly number: number;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly reason: string | null;
  readonly response: string | null;
  readonly manual: boolean;
}

/** A producer and an operator of a dispatcher, over HTTP. */
export interface ApiClient {
  readonly post: (body: Body | undefined, headers?: GivenHeaders) => Promise<Answer>;
  readonly call: (method: string, path: string, headers?: GivenHeaders) => Promise<Answer>;
  /** Calls with a JSON body: a text goes as it is, undefined is no body at all. */
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: GivenHeaders,
  ) => Promise<Answer>;
  /** Waits until a delivery has as many attempts on record and none under way, and answers it. */
  readonly attempted: (deliveryId: string, attempts: number) => Promise<DeliveryAnswer>;
  /** Posts an event that is taken, and answers the first delivery of it when it has ended. */
  readonly delivered: (body: Body, headers?: GivenHeaders) => Promise<DeliveryAnswer>;
}

export function apiClient(url: string, token: string): ApiClient {
  const call = async (
    method: string,
    path: string,
    headers: GivenHeaders = {},
    body?: Body,
  ): Promise<Answer> => {
    const given = Object.entries({ authorization: `Bearer ${token}`, ...headers });
    const response = await fetch(new URL(path, url), {
      method,
      headers: given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      redirect: "manual",
      ...(body === undefined ? {} : { body: bytesOf(body), duplex: "half" }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  const post: ApiClient["post"] = (body, headers) =>
    call("POST", "/v1/events", { "content-type": "application/json", ...headers }, body);
  const delivery = async (id: string): Promise<DeliveryAnswer> =>
    (await call("GET", `/v1/deliveries/${id}`)).body;
  const send: ApiClient["send"] = (method, path, body, headers) => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    return call(method, path, { "content-type": "application/json", ...headers }, text);
  };
  return {
    post,
    call,
    send,
    async attempted(id, attempts) {
      await until(async () => {
        const { attempts: made, state } = await delivery(id);
        return made.length >= attempts && state !== "sending";
      });
      return delivery(id);
    },
    async delivered(body, headers) {
      const { status, text, body: answer } = await post(body, headers);
      const id: string | undefined = answer?.deliveries?.[0]?.id;
      if (status !== 202 || id === undefined) throw new Error(`no delivery: ${status} ${text}`);
      await until(async () => !/^(?:pending|sending)$/.test((await delivery(id)).state));
      return delivery(id);
    },
  };
}

/** A text would bring a content-type of its own along; bytes do not. */
function bytesOf(body: Body): Exclude<Body, string> {
  return typeof body === "string" ? Buffer.from(body) : body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
