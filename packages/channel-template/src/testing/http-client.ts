import { type IncomingMessage, request as open } from "node:http";
import type { HttpClient, HttpFailure, HttpResult } from "@syncbell/core";

/**
 * An HTTP client as a host hands one over, without the guard: one request, no redirects.
 * `onStatus` is called when the status was read and the body was not.
 */
export function httpClient(onStatus: () => void = () => undefined): HttpClient {
  return {
    request: ({ url, method = "POST", headers = {}, body, signal }) =>
      new Promise((resolve) => {
        const request = open(url, { method, headers, signal, agent: false });
        request.on("error", () => resolve(failure(signal)));
        request.on("response", (response) => {
          resolve(read(response, signal));
          onStatus();
        });
        request.end(body);
      }),
  };
}

async function read(response: IncomingMessage, signal: AbortSignal): Promise<HttpResult> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  const answer = (complete: boolean): HttpResult => ({
    kind: "response",
    status,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
    ),
    body: Buffer.concat(chunks).toString(),
    complete,
    receivedAt: Date.now(),
  });
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return answer(true);
  } catch {
    return signal.aborted ? answer(false) : { ...failure(signal), status };
  }
}

function failure(signal: AbortSignal): HttpFailure {
  return signal.aborted
    ? { kind: "failure", cause: "timeout", reason: "no answer in time" }
    : { kind: "failure", cause: "reset", reason: "the connection was reset" };
}
