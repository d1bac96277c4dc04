import { once } from "node:events";
import { type IncomingHttpHeaders, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived, whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** By their names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, in the order and the case of the wire. */
  readonly rawHeaders: readonly string[];
  /** To the byte; empty where none was sent. */
  readonly body: Buffer;
}

/** A real HTTP server on a free port of 127.0.0.1 that keeps what it is sent. */
export interface Receiver {
  /** Without a slash at its end. */
  readonly url: string;
  /** All requests so far, in the order in which their bodies were complete. */
  readonly requests: readonly ReceivedRequest[];
  /**
   * What the next requests are answered with: 200 and `ok` unless set. It is called with each request
   * once that is kept, and may leave it without an answer.
   */
  answer: (response: ServerResponse, request: ReceivedRequest) => void;
  /** Closes the port and every connection. From then on the URL refuses connections. */
  close(): Promise<void>;
}

/** Starts a receiver. Close it when done, or the process does not end. */
export async function startReceiver(): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A client that gives up takes its socket away; that is no concern of the receiver's.
    incoming.on("error", () => undefined);
    incoming.on("end", () => {
      const { method = "", url: path = "", headers, rawHeaders } = incoming;
      const request = { method, path, headers, rawHeaders, body: Buffer.concat(chunks) };
      requests.push(request);
      receiver.answer(response, request);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (response) => void response.end("ok"),
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
