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
  /** Which dispatcher has sent it, where it says so. */
  readonly sender: string | undefined;
  /** Whether it was answered with 200. */
  taken: boolean;
}

interface Held {
  readonly sender: string | undefined;
  readonly answer: () => void;
}

/** The receivers of all destinations, as one HTTP server of the harness. */
export class CrashReceivers {
  readonly arrivals: Arrival[] = [];
  /** Told of each request just after it was answered with 200, and of who sent it. */
  onTaken: ((sender: string | undefined) => void) | undefined;
  readonly #random: () => number;
  readonly #server = createServer((request, response) => void this.#hear(request, response));
  readonly #refused = new Set<number>();
  /** What the one that never answers has taken in. */
  readonly #swallowed: (() => void)[] = [];
  readonly #holding = new Set<string | undefined>();
  #held: Held[] = [];
  #onHeld: (() => void) | undefined;
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

  /** Lets the one that never answered answer from now on, and what it has taken in before. */
  heal(): void {
    this.#healed = true;
    for (const answer of this.#swallowed.splice(0)) answer();
  }

  get healed(): boolean {
    return this.#healed;
  }

  /** How many requests a destination has answered with 200. */
  takenBy(destination: DestinationId): number {
    return this.#takenBy.get(destination) ?? 0;
  }

  /** Leaves requests of a sender without an answer from now on; resolves when there are `count`. */
  async hold(count: number, sender: string | undefined): Promise<void> {
    this.#holding.add(sender);
    while (this.#heldOf(sender).length < count) {
      await new Promise<void>((resolve) => void (this.#onHeld = resolve));
    }
  }

  /** Answers the requests of a sender that are held, but for the last `kept` of them. */
  release(kept: number, sender: string | undefined): void {
    const held = this.#heldOf(sender);
    const answered = new Set(held.slice(0, Math.max(0, held.length - kept)));
    this.#held = this.#held.filter((one) => !answered.has(one));
    for (const { answer } of answered) answer();
  }

  /** Forgets a dispatcher that is gone, and what was held of it. */
  forget(sender: string | undefined): void {
    this.onTaken = undefined;
    this.#holding.delete(sender);
    this.#held = this.#held.filter((one) => one.sender !== sender);
  }

  #heldOf(sender: string | undefined): readonly Held[] {
    return this.#held.filter((one) => one.sender === sender);
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const destination = (request.url ?? "").slice(1) as DestinationId;
    const key = request.headers["webhook-id"];
    const sentBy = request.headers["x-sent-by"];
    const sender = sentBy === undefined ? undefined : String(sentBy);
    const arrival: Arrival = {
      destination,
      event: eventNumberIn(body),
      key: key === undefined ? undefined : String(key),
      sender,
      taken: false,
    };
    this.arrivals.push(arrival);
    const answer = (): void => this.#answer(arrival, response);
    if (destination === "hole" && !this.#healed) return void this.#swallowed.push(answer);
    if (!this.#holding.has(sender)) return void setTimeout(answer, this.#random() * SLOWEST_MS);
    this.#held.push({ sender, answer });
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
    this.onTaken?.(arrival.sender);
  }
}
