import { type Receiver, startReceiver } from "../receiver.ts";
import type { StormDestination } from "./storm-events.ts";

/** A message that came in. */
export interface StormMessage {
  readonly to: StormDestination;
  readonly text: string;
  /** When it was read, in milliseconds. */
  readonly at: number;
}

/** Slack, for all destinations of a storm. */
export interface StormReceiver extends Pick<Receiver, "url"> {
  /** In the order in which they came in. */
  readonly messages: readonly StormMessage[];
}

/** Starts a receiver that lives as long as the running test and takes every message. */
export async function stormReceiver(): Promise<StormReceiver> {
  const messages: StormMessage[] = [];
  const { url } = await startReceiver((response, { path, body }) => {
    const { text } = JSON.parse(body.toString()) as { text: string };
    const to = path.slice(1) as StormDestination;
    messages.push({ to, text, at: performance.now() });
    response.end("ok");
  });
  return { url, messages };
}
