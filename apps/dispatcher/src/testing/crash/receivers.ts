import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type DestinationId, eventNumberIn, isToBeRefused } from "./destinations.ts";

/** The longest time that a destination which is well takes for its answer, in milliseconds. */
const SLOWEST_MS = 20;

/** A request that came in whole. */
export interface Arrival {
  readonly destination: DestinationId;
  /** The number of the event that it is about. */
  readonly event: number;
  /** What the request says to be the key of the delivery; Slack is told none. */
  readonly key: string | undefined;
  /** Whether it was answered with 200. */
  taken: boolean;
}

/** The receivers of all destinations, as one HTTP server of the harness. */
export class CrashReceivers {
  readonly arrivals: Arrival[] = [];
  /** Told of each request just after it was answered with 200. */
  onTaken: (() => void) | undefined;
  readonly #random: () => number;
  readonly #server = createServer((request, response) => void this.#hear(request, response));
  readonly #refused = new Set<number>();
  #held: (() => void)[] = [];
  #onHeld: (() => void) | undefined;
  #holding = false;
  #healed = false;
  readonly #takenBy = new Map<DestinationId, number>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Answers where they are. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Lets the one that never answered answer from now on. */
  heal(): void {
    this.#healed = true;
  }

  get healed(): boolean {
    return this.#healed;
  }

  /** How many requests a destination has answered with 200. */
  takenBy(destination: DestinationId): number {
    return this.#takenBy.get(destination) ?? 0;
  }

  /** Leaves requests without an answer from now on; resolves when there are `count` of these. */
  async hold(count: number): Promise<void> {
    this.#holding = true;
    while (this.#held.length < count) {
      await new Promise<void>((resolve) => void (this.#onHeld = resolve));
    }
  }

  /** Answers the requests that are held, but for the last `kept` of them. */
  release(kept: number): void {
    for (const answer of this.#held.splice(0, this.#held.length - kept)) answer();
  }

  /** Forgets a dispatcher that is gone, and what was held of it; answers the next one. */
  open(): void {
    this.onTaken = undefined;
    this.#holding = false;
    this.#held = [];
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const destination = (request.url ?? "").slice(1) as DestinationId;
    const key = request.headers["webhook-id"];
    const arrival: Arrival = {
      destination,
      event: eventNumberIn(body),
      key: key === undefined ? undefined : String(key),
      taken: false,
    };
    this.arrivals.push(arrival);
    if (destination === "hole" && !this.#healed) return;
    const answer = (): void => this.#answer(arrival, response);
    if (!this.#holding) return void setTimeout(answer, this.#random() * SLOWEST_MS);
    this.#held.push(answer);
    this.#onHeld?.();
  }

  #answer(arrival: Arrival, response: ServerResponse): void {
    if (response.destroyed) return;
    const { destination, event } = arrival;
    const isRefusable = destination === "flaky" && !this.#healed && isToBeRefused(event);
    if (isRefusable && !this.#refused.has(event)) {
      this.#refused.add(event);
      response.writeHead(500).end("not the first time");
      return;
    }
    response.end("ok");
    arrival.taken = true;
    this.#takenBy.set(destination, this.takenBy(destination) + 1);
    this.onTaken?.();
  }
}
