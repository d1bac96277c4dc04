import { type Receiver, startReceiver } from "../receiver.ts";
import type { StormDestination } from "./storm-events.ts";

/** A message that came in. */
export interface StormMessage {
  readonly to: StormDestination;
  readonly text: string;
  /** When it was read, in milliseconds. */
  readonly at: number;
  /** Whether it came after the kill: from the dispatcher that was started then. */
  readonly isAfterKill: boolean;
}

/** Slack, for all destinations of a storm. */
export interface StormReceiver extends Pick<Receiver, "url"> {
  /** In the order in which they came in. */
  readonly messages: readonly StormMessage[];
  /** To be called between the end of the killed dispatcher and the start of the next. */
  readonly killed: () => void;
}

/** Starts a receiver that lives as long as the running test and takes every message. */
export async function stormReceiver(): Promise<StormReceiver> {
  const messages: StormMessage[] = [];
  let isAfterKill = false;
  const { url } = await startReceiver((response, { path, body }) => {
    const { text } = JSON.parse(body.toString()) as { text: string };
    const to = path.slice(1) as StormDestination;
    messages.push({ to, text, at: performance.now(), isAfterKill });
    response.end("ok");
  });
  return { url, messages, killed: () => void (isAfterKill = true) };
}
