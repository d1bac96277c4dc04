import {
  type ChannelState,
  type Connection,
  type Host,
  type HttpClient,
  redactor,
  secretsIn,
} from "@syncbell/core";
import type { Clock } from "./clock.ts";
import type { Destination } from "./destination.ts";
import type { EngineLog } from "./log.ts";
import { redactFields } from "./redact-fields.ts";

/** How long closing may take in all before it is left to the end of the process, in milliseconds. */
const CLOSE_MS = 1_000;

/** How long a connection may still be in use after it was given out: longer than an attempt. */
const LONGEST_USE_MS = 20_000;

/** The open destinations: each is opened when the first message is owed to it, and kept. */
export class Connections {
  readonly #open = new Map<string, Promise<Connection>>();
  /** All that were ever opened, those too that were given up before they were open. */
  readonly #opened = new Set<Promise<Connection>>();
  /** What calls off that a connection which was forgotten is closed later. */
  readonly #closings = new Set<() => void>();
  /** By destination as it is configured: what hears of an old one late must not mask for the new one. */
  readonly #redactors = new WeakMap<Destination, (text: string) => string>();
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #log: EngineLog;
  readonly #stateOf: (destinationId: string) => ChannelState;

  constructor(
    http: HttpClient,
    clock: Clock,
    log: EngineLog,
    stateOf: (destinationId: string) => ChannelState,
  ) {
    this.#http = http;
    this.#clock = clock;
    this.#log = log;
    this.#stateOf = stateOf;
  }

  /** What masks a destination's secrets in any text. Throws when its channel's schema is none. */
  redactorOf(destination: Destination): (text: string) => string {
    const known = this.#redactors.get(destination);
    if (known) return known;
    const made = redactor(secretsIn(destination.channel.config, destination.config));
    this.#redactors.set(destination, made);
    return made;
  }

  /**
   * Opens a destination, or answers the one that is open. Rejects when its channel can't open it.
   * Where it is not open when `signal` fires, the next one who asks opens it afresh.
   */
  get(destination: Destination, signal: AbortSignal): Promise<Connection> {
    const { id } = destination;
    const known = this.#open.get(id);
    if (known) return known;
    const opening = this.#connect(destination);
    this.#open.set(id, opening);
    this.#opened.add(opening);
    const forget = (): void => {
      if (this.#open.get(id) === opening) this.#open.delete(id);
    };
    signal.addEventListener("abort", forget, { once: true });
    opening.then(
      () => signal.removeEventListener("abort", forget),
      () => {
        signal.removeEventListener("abort", forget);
        this.#opened.delete(opening);
        forget();
      },
    );
    return opening;
  }

  /**
   * Forgets a destination that has changed: the next message opens it afresh. What is under way keeps
   * the old connection, which is closed when that is surely over.
   */
  forget(id: string): void {
    const opening = this.#open.get(id);
    if (!opening) return;
    this.#open.delete(id);
    const cancel = this.#clock.after(LONGEST_USE_MS, () => {
      this.#closings.delete(cancel);
      if (!this.#opened.delete(opening)) return;
      opening.then((connection) => connection.close?.()).catch(() => undefined);
    });
    this.#closings.add(cancel);
  }

  /** Closes all of them, and waits for that no longer than a moment. */
  async close(): Promise<void> {
    for (const callOff of this.#closings) callOff();
    this.#closings.clear();
    const closing = [...this.#opened].map(async (opening) => (await opening).close?.());
    this.#open.clear();
    this.#opened.clear();
    const { promise: passed, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(CLOSE_MS, resolve);
    await Promise.race([Promise.allSettled(closing), passed]);
    cancel();
  }

  async #connect(destination: Destination): Promise<Connection> {
    const { channel, config, id } = destination;
    const redact = this.redactorOf(destination);
    const say =
      (level: "debug" | "warn"): Host["log"]["debug"] =>
      (message, fields) =>
        this.#log[level](
          {
            destination: id,
            channel: channel.type,
            ...(fields === undefined ? {} : { fields: redactFields(fields, redact) }),
          },
          redact(message),
        );
    return channel.connect(config, {
      http: this.#http,
      log: { debug: say("debug"), warn: say("warn") },
      state: this.#stateOf(id),
      destinationId: id,
      now: () => this.#clock.now(),
    });
  }
}
