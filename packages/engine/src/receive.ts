import type { Connection, InboundAnswer, InboundCall } from "@syncbell/core";
import type { Clock } from "./clock.ts";
import type { Connections } from "./connections.ts";
import { deadlineFrom } from "./deadline.ts";
import type { Destination } from "./destination.ts";
import type { EngineLog } from "./log.ts";

/** A call of a service as it arrived; the engine adds when the answer is due. */
export type ReceivedCall = Omit<InboundCall, "signal">;

export interface ReceiveOptions {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly log: EngineLog;
  readonly stopped: AbortSignal;
}

/**
 * Hands a call to destinations in their order; answers the first answer, or undefined where none takes
 * the call. All of them are opened before, since a channel may share what it hears among its
 * destinations. One that throws, or takes longer than an attempt may, is passed over.
 */
export async function receive(
  destinations: readonly Destination[],
  call: ReceivedCall,
  options: ReceiveOptions,
): Promise<InboundAnswer | undefined> {
  const { clock, connections, log, stopped } = options;
  const open = await openAll(destinations, options);
  for (const [index, destination] of destinations.entries()) {
    const deadline = deadlineFrom(clock, stopped);
    try {
      const asked = ask(open[index], { ...call, signal: deadline.signal });
      const answer = await Promise.race([asked, deadline.passed]);
      if (answer) return answer;
    } catch (error) {
      const words = error instanceof Error ? error.message : "no error was given";
      const reason = connections.redactorOf(destination)(words);
      log.warn({ destination: destination.id, reason }, "a call could not be taken");
    } finally {
      deadline.clear();
    }
  }
  return undefined;
}

async function openAll(
  destinations: readonly Destination[],
  { clock, connections, stopped }: ReceiveOptions,
): Promise<readonly Promise<Connection>[]> {
  const deadline = deadlineFrom(clock, stopped);
  const open = destinations.map((destination) => connections.get(destination, deadline.signal));
  await Promise.race([Promise.allSettled(open), deadline.passed]);
  deadline.clear();
  return open;
}

async function ask(
  opening: Promise<Connection> | undefined,
  call: InboundCall,
): Promise<InboundAnswer | undefined> {
  return (await opening)?.receive?.(call);
}
