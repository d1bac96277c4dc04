import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A message as it came to a destination. */
export interface SlackArrival {
  /** The last part of the path: the id of the destination. */
  readonly to: string;
  readonly text: string;
  /** In milliseconds, by the clock of `performance`. */
  readonly at: number;
}

export interface SlackReceiver {
  readonly url: string;
  readonly arrivals: readonly SlackArrival[];
  close(): Promise<void>;
}

/** Plays Slack for any number of destinations, on loopback in this process: takes every message. */
export async function slackReceiver(): Promise<SlackReceiver> {
  const arrivals: SlackArrival[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { text } = JSON.parse(Buffer.concat(chunks).toString()) as { text: string };
      arrivals.push({ to: (request.url ?? "").slice(1), text, at: performance.now() });
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
