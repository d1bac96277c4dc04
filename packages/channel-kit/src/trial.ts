import type { AnyChannel, Attempt, Connection, Json, Outcome } from "@syncbell/core";
import { afterAll, beforeAll } from "vitest";
import { type Behaviour, answers } from "./behaviour.ts";
import { type ExampleName, exampleNotification } from "./example-notifications.ts";
import { type FaultyReceiver, startFaultyReceiver } from "./faulty-receiver.ts";
import type { ChannelProof } from "./proof.ts";
import type { ReceivedRequest } from "./receiver.ts";
import { type TestHost, testHost } from "./test-host.ts";
import { type TestHttpClient, testHttpClient } from "./test-http-client.ts";
import { type WorkingConfig, workingConfig } from "./working-config.ts";
import { within } from "./within.ts";

/** How long a channel may go on after its signal fired: as long as the dispatcher waits for it. */
const GRACE_MS = 1_000;

/** The deadline of attempts that end long before it. */
const DEADLINE_MS = 10_000;

/** How long a request is left alone before its signal fires, so that a fault can unfold. */
const PATIENCE_MS = 30;

/** What of a request the signal of an attempt waits for before it fires. */
export type FiresAfter = "request" | "status";

export interface SendOptions extends Partial<Omit<Attempt, "signal">> {
  readonly signal?: AbortSignal;
  readonly firesAfter?: FiresAfter;
  readonly message?: Json;
  readonly connection?: Connection;
}

/** A channel that has been opened on a receiver of its own. */
export interface Trial {
  readonly channel: AnyChannel;
  readonly receiver: FaultyReceiver;
  readonly client: TestHttpClient;
  readonly host: TestHost;
  readonly config: WorkingConfig;
  readonly connection: Connection;
  /** Opens the same destination once more. */
  connect(): Promise<Connection>;
  /** The message of an example, made anew. */
  message(name?: ExampleName): Promise<Json>;
  /**
   * Makes one attempt at a receiver that behaves like this. Rejects when the channel throws or when
   * it is not back within a second of its signal.
   */
  send(behaviour: Behaviour, options?: SendOptions): Promise<Outcome>;
  /** The requests that arrived while this ran, but for what a proof calls aside. */
  requestsOf(run: () => Promise<unknown>): Promise<readonly ReceivedRequest[]>;
  close(): Promise<void>;
}

/** A trial for the tests of the describe block that this is called in. */
export function useTrial(channel: AnyChannel, proof: ChannelProof): () => Trial {
  let trial: Trial | undefined;
  beforeAll(async () => void (trial = await openTrial(channel, proof)));
  afterAll(() => trial?.close());
  return () => {
    if (!trial) throw new Error("the trial is open while tests run");
    return trial;
  };
}

export async function openTrial(channel: AnyChannel, proof: ChannelProof): Promise<Trial> {
  const receiver = await startFaultyReceiver();
  let statusRead = (): void => undefined;
  const client = testHttpClient({
    now: () => host.now(),
    elsewhere: receiver.url,
    onStatus: () => statusRead(),
  });
  const state = proof.remembers?.(receiver.url) ?? {};
  const host = testHost({ http: client, state });
  receiver.behaviour = (response, request) =>
    answers(proof.aside?.(request) ?? proof.answers.success)(response, request);
  const config = workingConfig(channel, proof, receiver.url);
  const opened: Connection[] = [];
  const connect = async (): Promise<Connection> => {
    const connection = await channel.connect(config.parsed, host);
    opened.push(connection);
    return connection;
  };
  const message = async (name: ExampleName = "failure"): Promise<Json> =>
    channel.render(exampleNotification(name), config.parsed);
  let attempts = 0;
  const trial: Trial = {
    channel,
    receiver,
    client,
    host,
    config,
    connection: await connect(),
    connect,
    message,
    async send(behaviour, options = {}) {
      const { key = `dlv_kit${++attempts}`, number = 1, startedAt = host.now() } = options;
      const said = options.message ?? (await message());
      const deadline = new AbortController();
      const fire = (): void => deadline.abort();
      const fireSoon = (): void => void setTimeout(fire, PATIENCE_MS);
      receiver.behaviour = (response, request) => {
        const aside = proof.aside?.(request);
        if (aside) return answers(aside)(response, request);
        behaviour(response, request);
        if (options.firesAfter === "request") fireSoon();
        if (options.firesAfter === "status") statusRead = fireSoon;
      };
      const signal = options.signal ?? deadline.signal;
      const timer = setTimeout(fire, DEADLINE_MS);
      try {
        const { connection = trial.connection } = options;
        const sending = connection.send(said, { signal, key, number, startedAt });
        return await within(sending, GRACE_MS, "send, after its signal had fired", signal);
      } finally {
        statusRead = () => undefined;
        clearTimeout(timer);
      }
    },
    async requestsOf(run) {
      const before = receiver.requests.length;
      await run();
      return receiver.requests.slice(before).filter((each) => !proof.aside?.(each));
    },
    async close() {
      const all = opened.map(async (each) => within(closing(each), GRACE_MS, "close"));
      await Promise.allSettled([...all, client.close(), receiver.close()]);
    },
  };
  return trial;
}

/** Closes a connection, which may have nothing to close. */
export async function closing(connection: Connection): Promise<void> {
  await connection.close?.();
}
