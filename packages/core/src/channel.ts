import type { z } from "zod";
import type { HttpClient } from "./http.ts";
import type { Notification } from "./notification.ts";
import type { Outcome } from "./outcome.ts";

/** The version of this contract. A channel states the one it was written for. */
export const API_VERSION = 1;

/** What a rendered message may be made of: it is stored, shown and compared. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** What the service on the other side can take. The engine holds these; a channel only states them. */
export interface Limits<Config = never> {
  /** The largest message, in bytes of its JSON as UTF-8. Absent: none is known. */
  readonly maxBytes?: number;
  /** How many attempts may be under way at one destination at once. */
  readonly concurrency: number;
  /**
   * How fast the service takes messages, for each destination of its own; a function where that depends
   * on the config. Absent or undefined: no limit is known.
   */
  readonly pace?: Pace | ((config: Config) => Pace | undefined);
  /** Whether the receiver drops a repeat by the key that `send` is given. */
  readonly dropsRepeats: boolean;
}

/** A rate as a bucket of tokens: each attempt takes one, whether it succeeds or not. */
export interface Pace {
  /** Tokens that come back each second: 0.5 is one in two seconds. */
  readonly perSecond: number;
  /** How many tokens the bucket holds, and so how many attempts may follow each other at once. */
  readonly burst: number;
}

/**
 * A kind of target. Write one with {@link defineChannel}.
 *
 * `render` and `send` are apart on purpose: what is shown in a preview, compared in a test and sent
 * to the service is one and the same message.
 */
export interface Channel<Config = never, Message extends Json = Json> {
  readonly apiVersion: number;
  /** The word that a config names this channel by: lower-case letters, digits, hyphens. */
  readonly type: string;
  /** The name that people know the service by. */
  readonly title: string;
  /** What a destination's `config` must look like. Mark secret fields with `secret()`. */
  readonly config: z.ZodType<Config>;
  readonly limits: Limits<Config>;
  /**
   * Makes the message. Pure, synchronous, deterministic; keeps within `limits.maxBytes` for every
   * notification. May throw for a notification that can't be said with this config.
   */
  render(notification: Notification, config: Config): Message;
  /** What is worth knowing of a message to whoever previews it: a sentence each. */
  warnings?(message: Message): readonly string[];
  /** Opens a destination. All input and output of a channel happens in what this answers. */
  connect(config: Config, host: Host): Connection<Message> | Promise<Connection<Message>>;
  /** Present when the service calls back. The dispatcher then listens there. */
  readonly inbound?: Inbound;
}

/** Where a service posts to, and the largest body that it sends, in bytes. */
export interface Inbound {
  /** An absolute path of the dispatcher, like `/api/messages`. */
  readonly path: string;
  readonly maxBytes: number;
}

/** One open destination. */
export interface Connection<Message extends Json = Json> {
  /**
   * Tries once to hand the message over. Failure is a return value; a throw is a bug in the channel
   * and is recorded as one. Must end soon after `attempt.signal` fires.
   */
  send(message: Message, attempt: Attempt): Promise<Outcome>;
  /**
   * Takes a call of the service to the channel's inbound path. Every open destination of the channel
   * is asked in turn; undefined says that the call is not for this one. Whether the caller is who it
   * says is for the channel to check.
   */
  receive?(call: InboundCall): Promise<InboundAnswer | undefined>;
  close?(): Promise<void>;
}

/** A call of a service, as it came. */
export interface InboundCall {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Fires when the answer is due: the service does not wait longer. */
  readonly signal: AbortSignal;
}

export interface InboundAnswer {
  readonly status: number;
  /** Sent as JSON. Absent: an empty body. */
  readonly body?: Json;
}

/** One try at a delivery. */
export interface Attempt {
  /** Fires at the attempt's deadline or when the dispatcher must stop. */
  readonly signal: AbortSignal;
  /** The same for every attempt at one delivery; hand it to a service that drops repeats. */
  readonly key: string;
  /** 1 for the first attempt. */
  readonly number: number;
  /** When the attempt began, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** What a channel may use of the world. */
export interface Host {
  readonly http: HttpClient;
  /** Writes to the dispatcher's log; secrets of the config are masked. */
  readonly log: Log;
  /** A few texts that outlive a restart, the destination's own. */
  readonly state: ChannelState;
  /** The id of the destination that is opened. */
  readonly destinationId: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What a channel remembers for one destination: small texts by name, sealed where they are kept. */
export interface ChannelState {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export interface Log {
  debug(message: string, fields?: Readonly<Record<string, Json>>): void;
  warn(message: string, fields?: Readonly<Record<string, Json>>): void;
}

/** A channel whose config and message types are not known, as the engine holds it. */
export type AnyChannel = Channel<any, any>;

/** Checks a channel's types and adds the version of the contract it was written for. */
export function defineChannel<Config, Message extends Json>(
  channel: Omit<Channel<Config, Message>, "apiVersion">,
): Channel<Config, Message> {
  return { apiVersion: API_VERSION, ...channel };
}
