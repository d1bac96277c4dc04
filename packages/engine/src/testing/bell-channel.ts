import { type Channel, type Connection, defineChannel, outcomeOf, secret } from "@syncbell/core";
import { z } from "zod";

/** The config of a bell: where it hangs, and what it wants to be shown. */
export interface BellConfig {
  readonly url: string;
  readonly token: string;
}

export interface BellMessage {
  readonly [name: string]: string;
  readonly line: string;
}

export type Bell = Channel<BellConfig, BellMessage>;

/** What a test does differently from a bell in order. */
export type BellChanges = Partial<Omit<Bell, "connect">> & {
  readonly connect?: (...given: Parameters<Bell["connect"]>) => unknown;
  readonly send?: (...given: Parameters<Connection<BellMessage>["send"]>) => unknown;
  readonly close?: () => Promise<void>;
};

/** A small real channel: posts the line of an event, with the key of the delivery, over HTTP. */
export function bell(changes: BellChanges = {}): Bell {
  const { send, close, ...others } = changes;
  const channel = defineChannel<BellConfig, BellMessage>({
    type: "bell",
    title: "Bell",
    config: z.object({ url: z.string(), token: secret(z.string()) }),
    limits: { concurrency: 20, dropsRepeats: true },
    render: ({ line }) => ({ line }),
    connect: ({ url, token }, { http }) => ({
      send: async (message, { signal, key, number }) =>
        outcomeOf(
          await http.request({
            url,
            headers: { authorization: `Bearer ${token}`, "x-key": key, "x-number": `${number}` },
            body: JSON.stringify(message),
            signal,
          }),
        ),
      ...(send ? { send: send as Connection<BellMessage>["send"] } : {}),
      ...(close ? { close } : {}),
    }),
  });
  return { ...channel, ...(others as Partial<Bell>) };
}
