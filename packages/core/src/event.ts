type Optional<T> = T | null | undefined;

/** An ISO 8601 date-time with any offset and precision, as the producer wrote it. */
export type Timestamp = string;

/** One run of a task. */
export interface Sync {
  readonly id: string;
  readonly task_id?: Optional<string>;
  readonly action?: Optional<string>;
  readonly state?: Optional<string>;
  readonly started_at?: Optional<Timestamp>;
  readonly stopped_at?: Optional<Timestamp>;
  readonly exit_code?: Optional<number>;
  readonly termination_reason?: Optional<string>;
  /** What the run said when it ended: of a failure, usually the error and its trace. */
  readonly termination_message?: Optional<string>;
}

/** Whose sync it is. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly description?: Optional<string>;
  readonly external_id?: Optional<string>;
  readonly project_id?: Optional<string>;
  readonly database_id?: Optional<string>;
  readonly created_at?: Optional<Timestamp>;
}

/** The program at one end of a pipeline: an extractor or a loader. */
export interface Connector {
  readonly id?: Optional<string>;
  readonly name?: Optional<string>;
  readonly package_name?: Optional<string>;
  readonly package_type?: Optional<string>;
  readonly kind?: Optional<string>;
  readonly version?: Optional<string>;
  readonly namespace?: Optional<string>;
  readonly executable?: Optional<string>;
  readonly capabilities?: Optional<readonly string[]>;
  readonly logo_url?: Optional<string>;
  readonly label?: Optional<string>;
  readonly created_at?: Optional<Timestamp>;
  readonly description?: Optional<string>;
  readonly repository_url?: Optional<string>;
  readonly oauth_provider?: Optional<string>;
  readonly project_id?: Optional<string>;
  readonly git_repository_id?: Optional<string>;
  readonly settings_group_validation?: Optional<readonly unknown[]>;
  readonly meltano_metadata?: unknown;
  readonly variant?: Optional<string>;
  readonly meltano_select?: unknown;
  readonly supported_python_versions?: unknown;
  readonly sdk_version?: Optional<string>;
}

/** Names a setting of a connector; its value is not part of an event. */
export interface ConnectorSetting {
  readonly id?: Optional<string>;
  readonly setting_id?: Optional<string>;
  readonly env_var?: Optional<string>;
  readonly created_at?: Optional<Timestamp>;
  readonly updated_at?: Optional<Timestamp>;
}

/** Runs come in equal steps from `start_time`; the fields add up to the length of a step. */
export interface IntervalSchedule {
  readonly kind: "interval";
  readonly weeks?: Optional<number>;
  readonly days?: Optional<number>;
  readonly hours?: Optional<number>;
  readonly minutes?: Optional<number>;
  readonly seconds?: Optional<number>;
  readonly start_time?: Optional<Timestamp>;
  readonly end_time?: Optional<Timestamp>;
}

type CronField = Optional<string | number>;

/** Runs come when the clock in `timezone` fits: an `expression`, or a field for each unit. */
export interface CronSchedule {
  readonly kind: "cron";
  readonly expression?: Optional<string>;
  readonly year?: CronField;
  readonly month?: CronField;
  readonly day?: CronField;
  readonly week?: CronField;
  readonly day_of_week?: CronField;
  readonly hour?: CronField;
  readonly minute?: CronField;
  readonly second?: CronField;
  readonly timezone?: Optional<string>;
  readonly start_time?: Optional<Timestamp>;
  readonly end_time?: Optional<Timestamp>;
}

/** A kind of schedule that Syncbell does not know. */
export interface OtherSchedule {
  readonly kind: string;
}

export type Schedule = IntervalSchedule | CronSchedule | OtherSchedule;

interface TaskBase {
  readonly id: string;
  readonly name: string;
  readonly created_at?: Optional<Timestamp>;
  readonly updated_at?: Optional<Timestamp>;
  readonly schedule?: Optional<Schedule>;
  readonly schedule_paused?: Optional<boolean>;
}

export interface PipelineTask extends TaskBase {
  readonly task_type?: Optional<"pipeline">;
  readonly extractor?: Optional<Connector>;
  readonly loader?: Optional<Connector>;
  readonly database_for_extractor?: Optional<string>;
  readonly database_for_loader?: Optional<string>;
  readonly extractor_config?: Optional<readonly ConnectorSetting[]>;
  readonly loader_config?: Optional<readonly ConnectorSetting[]>;
  readonly selection_mode?: Optional<string>;
  readonly max_concurrent_syncs?: Optional<number>;
}

export interface DbtCommand {
  readonly id?: Optional<string>;
  readonly dbt_project_id?: Optional<string>;
  readonly command?: Optional<string>;
}

export interface TransformTask extends TaskBase {
  readonly task_type?: Optional<"transform">;
  readonly database_id?: Optional<string>;
  readonly dbt_project_id?: Optional<string>;
  readonly dbt_commands?: Optional<readonly DbtCommand[]>;
}

interface PostSyncBase {
  readonly event_type: "post_sync";
  /** How the run ended, in the producer's own word: an open set. See `runOutcome`. */
  readonly status: string;
  readonly sync: Sync;
  readonly tenant: Tenant;
  readonly started_at?: Optional<Timestamp>;
  readonly stopped_at?: Optional<Timestamp>;
}

/** The notice that a pipeline's sync has ended. */
export interface PipelinePostSync extends PostSyncBase {
  readonly task_type: "pipeline";
  readonly task: PipelineTask;
}

/** The notice that a transform's sync has ended. */
export interface TransformPostSync extends PostSyncBase {
  readonly task_type: "transform";
  readonly task: TransformTask;
}

/** The notice that a sync has ended. */
export type PostSync = PipelinePostSync | TransformPostSync;

/** An event of a type that Syncbell does not know; its other fields are kept. */
export interface OtherEvent {
  readonly event_type: string;
  readonly status: string;
}

/** Anything that Syncbell accepts. {@link isPostSync} tells the two kinds apart. */
export type Event = PostSync | OtherEvent;

/** Whether an event is a `post_sync`, and so has a task, a sync and a tenant. */
export function isPostSync(event: Event): event is PostSync {
  return event.event_type === "post_sync";
}
