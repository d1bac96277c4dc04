import {
  Rehearsal,
  type RehearsalOptions,
  type Subscription,
  compileQuery,
  parseDuration,
} from "@syncbell/engine";
import { RUNS, type Telling } from "./rule-set.ts";

/** How often an event is decided in a round, and before the first. */
const TIMES = 300;

type Run = keyof typeof RUNS;

type Incident = NonNullable<RehearsalOptions["incident"]>;

const INCIDENTS: Readonly<Record<Run, Incident>> = {
  success: { transition: "healthy", failures: 0, seconds: 0 },
  failure: { transition: "broke", id: "evt_1", since: 0, failures: 1, seconds: 0 },
};

/** Decides an event against destinations again and again; answers how long each time took, in milliseconds. */
export function decideTimes(run: Run, tellings: readonly Telling[]): readonly number[] {
  const rehearsal = new Rehearsal(tellings.map(subscription));
  const event = RUNS[run] as Parameters<Rehearsal["decide"]>[0];
  const options = { now: Date.UTC(2026, 0, 7, 12), incident: INCIDENTS[run] };
  return Array.from({ length: TIMES }, () => {
    const startedAt = performance.now();
    rehearsal.decide(event, options);
    return performance.now() - startedAt;
  });
}

function subscription({ when, notify, repeat, digest, mute }: Telling, n: number): Subscription {
  const compiled = compileQuery(when ?? {});
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return {
    id: `dst-${n}`,
    when: compiled.query,
    ...(notify ? { notify } : {}),
    ...(repeat ? { repeat } : {}),
    ...(digest ? { digest: { windowMs: parseDuration(digest.window) ?? 0 } } : {}),
    ...(mute ? { mute: { ...mute, drops: false } } : {}),
  };
}
