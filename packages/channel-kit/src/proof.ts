import type { OutcomeKind } from "@syncbell/core";
import type { ReceivedRequest } from "./receiver.ts";

/**
 * What the suite can't read from a channel itself: how to configure it for a receiver on this
 * machine, and how its service talks. Limits, secrets and the dropping of repeats are read from the
 * channel's own declarations.
 */
export interface ChannelProof {
  /**
   * A working config, as a person would write it, for a service at this URL (no slash at its end;
   * what the config appends to it is its own affair). A channel whose address is fixed may ignore
   * the URL: its requests come to the same receiver. Secrets that Syncbell makes may be left out.
   */
  config(url: string): unknown;
  /** Configs that can't work, each with the dotted path that the refusal must name ("": the whole). */
  readonly refused: readonly RefusedConfig[];
  readonly answers: {
    /** How the service says that it has the message: a 2xx, and its word for it where it has one. */
    readonly success: ServiceAnswer;
    /** The service's own words, where they say more than their status or something else. */
    readonly words?: readonly ServiceWord[];
  };
  /**
   * The folder of the rendered messages that are compared with on every run, as files ending in
   * `.snap`; missing ones are written. `vitest --update` writes them anew.
   */
  readonly golden: URL;
  /**
   * The answers to requests that are not the message, like one that fetches a token first; undefined
   * for the message itself. They are always given, whatever else the service is made to do.
   */
  aside?(request: ReceivedRequest): ServiceAnswer | undefined;
  /** What a destination at this URL remembers from before, for channels that need `host.state`. */
  remembers?(url: string): Readonly<Record<string, string>>;
}

export interface RefusedConfig {
  readonly config: unknown;
  readonly path: string;
}

/** An answer as a service gives it. Without a body the body is empty. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What an answer of the service means. Without a body it is the status that says so, whatever the
 * body; with one it is exactly this body. A class like `2xx` stands for those of its statuses that
 * nothing else is said of, as where only a 204 is a success.
 */
export interface ServiceWord extends Omit<ServiceAnswer, "status"> {
  readonly status: number | "2xx" | "3xx" | "4xx" | "5xx";
  readonly outcome: OutcomeKind;
}
