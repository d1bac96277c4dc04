import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Arrival {
  /** The `sync.id` of the event that arrived. */
  readonly name: string;
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** How many requests came, whatever became of them. */
  requests(): number;
  /** Resolves when this many messages have arrived. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** How a receiver treats what it is sent. */
export type Manner = "answers" | "never answers" | "answers 429" | "answers 500";

/** A receiver on loopback, in this process. */
export async function receiver(manner: Manner): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  let arrived = (): void => {};
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (manner === "never answers") return;
      if (manner !== "answers") {
        response.writeHead(manner === "answers 429" ? 429 : 500).end();
        return;
      }
      response.writeHead(204).end();
      arrivals.push({ name: syncOf(Buffer.concat(chunks).toString()), at: performance.now() });
      arrived();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    arrivals,
    requests: () => requests,
    until: (count) =>
      new Promise((resolve) => {
        arrived = () => {
          if (arrivals.length >= count) resolve();
        };
        arrived();
      }),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/** The `sync.id` in a body that is an event; of any other body, nothing. */
function syncOf(body: string): string {
  return /"sync":\{"id":"([^"]*)"/.exec(body)?.[1] ?? "";
}
