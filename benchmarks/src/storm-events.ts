import { readFileSync } from "node:fs";
import type { BenchDestination } from "./run-dispatcher.ts";

const EVENT = new URL(
  "../../apps/dispatcher/fixtures/pipeline.post_sync.failed.json",
  import.meta.url,
);

interface Failure {
  readonly sync: object;
  readonly task: object;
  readonly tenant: object;
}

const failure = JSON.parse(readFileSync(EVENT, "utf8")) as Failure;

/** A failed run of a tenant's pipeline that is called as the name says; it is the only one of it. */
export function failureOf(name: string, tenant: string): string {
  const { sync, task, tenant: owner, ...rest } = failure;
  return JSON.stringify({
    ...rest,
    sync: { ...sync, id: name, task_id: name },
    task: { ...task, id: name, name },
    tenant: { ...owner, id: tenant, name: tenant },
  });
}

/** Who hears of a storm: its tenant in digests and of each run, and another tenant. */
export function stormDestinations(url: string): readonly BenchDestination[] {
  const at = (id: string, telling: Readonly<Record<string, unknown>>): BenchDestination => ({
    id,
    channel: "slack",
    config: { url: `${url}/${id}` },
    ...telling,
  });
  return [
    at("digests", { tenant: "storm", when: { status: "failed" }, digest: { window: "3s" } }),
    at("each", { tenant: "storm" }),
    at("other", { tenant: "other" }),
  ];
}
