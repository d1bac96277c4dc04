import { once } from "node:events";
import { type IncomingHttpHeaders, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Behaviour, answers } from "./behaviour.ts";

/** A request as it arrived, whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server on a free port of 127.0.0.1 that keeps what it is sent and fails as it is told. */
export interface FaultyReceiver {
  /** Without a slash at its end. */
  readonly url: string;
  /** All requests so far, in the order in which their bodies were complete. */
  readonly requests: readonly ReceivedRequest[];
  /** What the next requests meet: `answers()` at first. */
  behaviour: Behaviour;
  /** Resolves when so many requests have arrived in all. */
  arrived(count: number): Promise<void>;
  /** Closes the port and every connection. From then on the URL refuses connections. */
  close(): Promise<void>;
}

/** Starts a receiver. Close it when done, or the process does not end. */
export async function startFaultyReceiver(
  behaviour: Behaviour = answers(),
): Promise<FaultyReceiver> {
  const requests: ReceivedRequest[] = [];
  let waiting: readonly { readonly count: number; readonly resolve: () => void }[] = [];
  const take = (request: ReceivedRequest, response: ServerResponse): void => {
    requests.push(request);
    receiver.behaviour(response, request);
    const due = waiting.filter(({ count }) => count <= requests.length);
    waiting = waiting.filter((each) => !due.includes(each));
    for (const { resolve } of due) resolve();
  };
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A client that gives up takes its socket away; that is no concern of the receiver's.
    incoming.on("error", () => undefined);
    incoming.on("end", () => {
      const { method = "", url: path = "", headers } = incoming;
      take({ method, path, headers, body: Buffer.concat(chunks).toString("utf8") }, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: FaultyReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    behaviour,
    arrived: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting = [...waiting, { count, resolve }];
      }),
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
