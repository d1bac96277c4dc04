import { type IncomingHttpHeaders, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as it came in. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server on a free port of loopback, and what it was sent. */
export interface Receiver {
  readonly url: string;
  readonly requests: readonly Received[];
}

/** The keys of the messages that came in, in their order. */
export function keysOf({ requests }: Pick<Receiver, "requests">): readonly string[] {
  return requests.map(({ headers }) => String(headers["x-key"]));
}

/** The syncs that the messages were about, in their order. */
export function syncsOf({ requests }: Pick<Receiver, "requests">): readonly string[] {
  return requests.map(({ body }) => String(/Sync: ([^ "]+)/.exec(body)?.[1]));
}

/** Answers a request; `index` is 0 for the first one. It may also leave it without an answer. */
export type Answering = (response: ServerResponse, index: number, received: Received) => void;

/** Answers every request with one status and an empty body. */
export const answeringWith =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) =>
    void response.writeHead(status, headers).end();

/** Starts a receiver that lives as long as the running test. */
export async function startReceiver(answer: Answering = answeringWith(200)): Promise<Receiver> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      const received = { method, path, headers, body: Buffer.concat(chunks).toString() };
      answer(response, requests.push(received) - 1, received);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}
