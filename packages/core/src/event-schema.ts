import { z } from "zod";
import type { OtherEvent, PipelinePostSync, TransformPostSync } from "./event.ts";
import { parseTimestamp } from "./timestamp.ts";

const id: z.ZodString = z
  .string()
  .refine((value) => value !== "", { error: "must not be empty" })
  .meta({ minLength: 1 });
const text = z.string().nullish();
const flag = z.boolean().nullish();
const texts = z.array(z.string()).nullish();
const timestamp = z
  .string()
  .refine((value) => parseTimestamp(value) !== undefined, {
    error: "must be an ISO 8601 date-time, like 2024-11-11T10:00:34Z",
  })
  .nullish();

const sync = z.looseObject({
  id,
  task_id: text,
  action: text,
  state: text,
  started_at: timestamp,
  stopped_at: timestamp,
  exit_code: z.int().nullish(),
  termination_reason: text,
  termination_message: text,
});

const tenant = z.looseObject({
  id,
  name: id,
  description: text,
  external_id: text,
  project_id: text,
  database_id: text,
  created_at: timestamp,
});

const connector = z.looseObject({
  id: text,
  name: text,
  package_name: text,
  package_type: text,
  kind: text,
  version: text,
  namespace: text,
  executable: text,
  capabilities: texts,
  logo_url: text,
  label: text,
  created_at: timestamp,
  description: text,
  repository_url: text,
  oauth_provider: text,
  project_id: text,
  git_repository_id: text,
  settings_group_validation: z.array(z.unknown()).nullish(),
  meltano_metadata: z.unknown().optional(),
  variant: text,
  meltano_select: z.unknown().optional(),
  supported_python_versions: z.unknown().optional(),
  sdk_version: text,
});

const connectorSetting = z.looseObject({
  id: text,
  setting_id: text,
  env_var: text,
  created_at: timestamp,
  updated_at: timestamp,
});

const count = z.number().nonnegative().nullish();
const cronField = z
  .union([z.string(), z.number()], { error: "must be text or a number" })
  .nullish();

const intervalSchedule = z.looseObject({
  kind: z.literal("interval"),
  weeks: count,
  days: count,
  hours: count,
  minutes: count,
  seconds: count,
  start_time: timestamp,
  end_time: timestamp,
});

const cronSchedule = z.looseObject({
  kind: z.literal("cron"),
  expression: text,
  year: cronField,
  month: cronField,
  day: cronField,
  week: cronField,
  day_of_week: cronField,
  hour: cronField,
  minute: cronField,
  second: cronField,
  timezone: text,
  start_time: timestamp,
  end_time: timestamp,
});

const otherSchedule = z.looseObject({
  kind: z.string().refine((kind) => kind !== "interval" && kind !== "cron", { abort: true }),
});

const schedule = z
  .union([z.discriminatedUnion("kind", [intervalSchedule, cronSchedule]), otherSchedule], {
    error: 'must be a schedule whose "kind" is text',
  })
  .nullish();

const taskBase = {
  id,
  name: id,
  created_at: timestamp,
  updated_at: timestamp,
  schedule,
  schedule_paused: flag,
};

const pipelineTask = z.looseObject({
  ...taskBase,
  task_type: z.literal("pipeline").nullish(),
  extractor: connector.nullish(),
  loader: connector.nullish(),
  database_for_extractor: text,
  database_for_loader: text,
  extractor_config: z.array(connectorSetting).nullish(),
  loader_config: z.array(connectorSetting).nullish(),
  selection_mode: text,
  max_concurrent_syncs: z.int().nullish(),
});

const dbtCommand = z.looseObject({ id: text, dbt_project_id: text, command: text });

const transformTask = z.looseObject({
  ...taskBase,
  task_type: z.literal("transform").nullish(),
  database_id: text,
  dbt_project_id: text,
  dbt_commands: z.array(dbtCommand).nullish(),
});

const envelope = {
  event_type: z.literal("post_sync"),
  status: id,
  sync,
  tenant,
  started_at: timestamp,
  stopped_at: timestamp,
};

/**
 * The notice that a pipeline's sync has ended. What identifies it (tenant, task, sync, status) is
 * required; what describes it may be null or absent; fields not named here are kept.
 */
export const pipelinePostSync: z.ZodType<PipelinePostSync> = z.looseObject({
  ...envelope,
  task_type: z.literal("pipeline"),
  task: pipelineTask,
});

/** The notice that a transform's sync has ended; required and kept fields as for a pipeline's. */
export const transformPostSync: z.ZodType<TransformPostSync> = z.looseObject({
  ...envelope,
  task_type: z.literal("transform"),
  task: transformTask,
});

/** An event of a type that Syncbell does not know: taken for the two fields that rules need. */
export const otherEvent: z.ZodType<OtherEvent> = z.looseObject({
  event_type: id,
  status: z.string(),
});

/** What any task's `post_sync` must have: checks the rest of one whose `task_type` is wrong. */
export const anyPostSync: z.ZodType = z.looseObject({ ...envelope, task: z.looseObject(taskBase) });
