import { readFileSync } from "node:fs";
import type { PipelinePostSync, TransformPostSync } from "../event.ts";

/** The bytes of an example as a producer posts them. */
export function exampleText(task: "pipeline" | "transform"): string {
  const file = new URL(`../../fixtures/${task}.post_sync.succeeded.json`, import.meta.url);
  return readFileSync(file, "utf8");
}

export function pipelineEvent(): PipelinePostSync {
  return JSON.parse(exampleText("pipeline")) as PipelinePostSync;
}

export function transformEvent(): TransformPostSync {
  return JSON.parse(exampleText("transform")) as TransformPostSync;
}

/** A copy of an event that differs at one dotted path; `undefined` takes the field away. */
export function changed<T extends object>(event: T, path: string, value: unknown): T {
  const copy = structuredClone(event);
  const names = path.split(".");
  const last = names.pop() ?? "";
  let holder = copy as Record<string, unknown>;
  for (const name of names) holder = holder[name] as Record<string, unknown>;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

/** The run of the well-known line, with the fractions and the offset that a producer may write. */
export function salesforceRun(): PipelinePostSync {
  const example = pipelineEvent();
  return {
    ...example,
    tenant: { ...example.tenant, name: "Test Tenant" },
    task: { ...example.task, name: "Salesforce" },
    sync: { ...example.sync, id: "sync-7yq5xvmvb1xtq5g7k6aw" },
    started_at: "2024-11-11T11:00:34.999999+01:00",
    stopped_at: "2024-11-11T15:41:19.5+05:30",
  };
}
