import { readFileSync } from "node:fs";
import type { Subscription } from "@syncbell/engine";

const event = (name: string): object =>
  JSON.parse(
    readFileSync(new URL(`../../apps/dispatcher/fixtures/${name}.json`, import.meta.url), "utf8"),
  ) as object;

/** Two ends of a run of the same pipeline, as a producer posts them. */
export const RUNS: { readonly success: object; readonly failure: object } = {
  success: event("pipeline.post_sync.succeeded"),
  failure: event("pipeline.post_sync.failed"),
};

/** What a destination of a config says of what it hears of, and when. */
export interface Telling extends Pick<Subscription, "notify"> {
  readonly when?: object;
  readonly repeat?: { readonly every: number };
  readonly digest?: { readonly window: string };
  readonly mute?: { readonly hours: string; readonly timezone: string };
}

/** Rules as teams write them, for the n-th of many teams: most are about pipelines of their own. */
const RULES: readonly ((n: number) => object)[] = [
  (n) => ({ status: "failed", "task.name": { $glob: `team-${n}-*` } }),
  (n) => ({ status: ["failed", "cancelled"], "tenant.id": `tenant-${n}` }),
  (n) => ({ outcome: "failed", "task.extractor.name": `tap-${n}` }),
  (n) => ({
    "task.name": { $glob: `*-${n}-to-primary` },
    $or: [{ outcome: "failed" }, { "incident.transition": "recovered" }],
  }),
  (n) => ({ $and: [{ duration: { $gt: 600 + n } }, { "task.extractor.capabilities": "state" }] }),
  (n) => ({
    $or: [
      { $and: [{ "task.id": `pipeline-${n}` }, { "sync.exit_code": { $ne: 0 } }] },
      { $and: [{ "tenant.name": { $in: [`Team ${n}`, `Team ${n + 1}`] } }, { outcome: "failed" }] },
    ],
  }),
  (n) => ({ "incident.failures": { $gte: 3 + (n % 5) }, "tenant.id": { $ne: `tenant-${n}` } }),
  () => ({ outcome: "failed", "sync.termination_message": { $glob: "*connection slots*" } }),
  (n) => ({ "incident.seconds": { $gt: 3600 }, "task.name": { $not: { $glob: `*-test-${n}` } } }),
  (n) => ({ $nor: [{ outcome: "succeeded" }, { "task.name": { $glob: `*-eu-${n % 3}*` } }] }),
];

/** What a share of the destinations says beside its rule. */
const MORE: readonly Omit<Telling, "when">[] = [
  {},
  { notify: ["broke", "recovered"] },
  {},
  { notify: ["broke", "recovered"], repeat: { every: 10 } },
  { digest: { window: "10m" } },
  {},
  { mute: { hours: "22:00-07:00", timezone: "Europe/Berlin" } },
];

/** So many varied destinations, each with every tenant in its reach. */
export function tellings(count: number): readonly Telling[] {
  return Array.from({ length: count }, (_, n) => ({
    when: RULES[n % RULES.length]?.(n) ?? {},
    ...MORE[n % MORE.length],
  }));
}

/** As many, none of which hears of {@link RUNS}. */
export function deafTellings(count: number): readonly Telling[] {
  return tellings(count).map(({ when = {}, ...more }, n) => ({
    when: { $and: [when, { "task.name": { $glob: `team-${n}-*` } }] },
    ...more,
  }));
}
