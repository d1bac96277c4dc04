import type { HttpClient, HttpRequest, HttpResult } from "@syncbell/core";
import { Agent, type Dispatcher, request } from "undici";
import { failure, networkFailure } from "./network-failure.ts";

/** How much of a body is read, in bytes: as much as in production. */
const MOST_BODY_BYTES = 64 * 1024;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export interface TestHttpClientOptions {
  /** Milliseconds since the epoch, for `receivedAt`: the machine's clock unless given. */
  readonly now?: () => number;
  /**
   * The origin that requests to any other host than this machine are sent to, with their path and
   * their `host`. Absent: they are blocked.
   */
  readonly elsewhere?: string;
  /** Called when a status was read and the body was not. */
  readonly onStatus?: (status: number) => void;
}

/** A client for tests, and what it was asked for. */
export interface TestHttpClient extends HttpClient {
  readonly requests: readonly HttpRequest[];
  /** Ends every connection, those of requests under way too. */
  close(): Promise<void>;
}

/**
 * Makes a client that answers as the dispatcher's own does, in the same shapes and words: it never
 * throws, follows no redirect, reads 64 KiB of a body, ends with the signal. In place of the guard
 * on addresses it keeps to this machine.
 */
export function testHttpClient(options: TestHttpClientOptions = {}): TestHttpClient {
  const agent = new Agent({
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: 16 * 1024,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const requests: HttpRequest[] = [];
  return {
    requests,
    request(asked) {
      requests.push(asked);
      return send(agent, asked, options);
    },
    close: () => agent.destroy(),
  };
}

async function send(
  dispatcher: Agent,
  { url, method = "POST", headers = {}, body, signal }: HttpRequest,
  { now = Date.now, elsewhere, onStatus = () => undefined }: TestHttpClientOptions,
): Promise<HttpResult> {
  if (!URL.canParse(url)) return failure("invalid", "the URL is malformed");
  const asked = new URL(url);
  const away = /^https?:$/.test(asked.protocol) && !LOOPBACK.test(asked.hostname);
  if (away && elsewhere === undefined) {
    return failure("blocked", "blocked: a test reaches no other machine");
  }
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const sent = {
    "user-agent": "Syncbell",
    "accept-encoding": "identity",
    ...Object.fromEntries(given),
    ...(away ? { host: asked.host } : {}),
  };
  const target = away ? `${elsewhere}${asked.pathname}${asked.search}` : url;
  let answer: Dispatcher.ResponseData;
  try {
    answer = await request(target, {
      dispatcher,
      method,
      headers: sent,
      body: body ?? null,
      signal,
    });
  } catch (error) {
    return networkFailure(error, signal);
  }
  const { statusCode: status } = answer;
  const receivedAt = now();
  onStatus(status);
  const read = await readBody(answer.body, signal);
  if (read === "broken") {
    return { ...failure("reset", "the connection broke inside the answer"), status };
  }
  return { kind: "response", status, headers: joined(answer.headers), ...read, receivedAt };
}

/** What was read by the cap or by the signal stands: the status had been read before. */
async function readBody(
  stream: Dispatcher.ResponseData["body"],
  signal: AbortSignal,
): Promise<{ readonly body: string; readonly complete: boolean } | "broken"> {
  let read = Buffer.alloc(0);
  const result = (complete: boolean) => ({
    body: read.subarray(0, MOST_BODY_BYTES).toString("utf8"),
    complete,
  });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      read = Buffer.concat([read, chunk]);
      if (read.length > MOST_BODY_BYTES) return result(false);
    }
    return result(true);
  } catch {
    return signal.aborted ? result(false) : "broken";
  }
}

function joined(headers: Dispatcher.ResponseData["headers"]): Readonly<Record<string, string>> {
  const pairs = Object.entries(headers).map(([name, value = []]) => [
    name,
    [value].flat().join(", "),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}
