import { once } from "node:events";
import { type IncomingHttpHeaders, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as it came in: its body to the byte. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A real HTTP server on a free port of loopback, and what it was sent. */
export interface Receiver {
  readonly url: string;
  readonly requests: readonly Received[];
  /** The requests that came to one path. */
  at(path: string): readonly Received[];
}

/** Answers a request; `count` is 1 for the first one at its path. It may also give no answer. */
export type Answering = (response: ServerResponse, received: Received, count: number) => void;

/** Answers what Slack answers when it takes a message; anybody else is content with it too. */
const takingAll: Answering = (response) => void response.end("ok");

/** Starts a receiver that lives as long as the running test. */
export async function startReceiver(answer: Answering = takingAll): Promise<Receiver> {
  const requests: Received[] = [];
  const at = (path: string): readonly Received[] => requests.filter((one) => one.path === path);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url: path = "", headers } = request;
      const received = { path, headers, body: Buffer.concat(chunks) };
      requests.push(received);
      answer(response, received, at(path).length);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, at };
}
