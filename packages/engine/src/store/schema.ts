/** The tables, as queries see them. Times are epoch milliseconds; booleans are 0 or 1. */
export interface Schema {
  readonly events: EventRow;
  readonly event_names: EventNameRow;
  readonly decisions: DecisionRow;
  readonly deliveries: DeliveryRow;
  readonly attempts: AttemptRow;
  readonly destinations: DestinationRow;
  readonly made_secrets: MadeSecretRow;
  readonly channel_state: ChannelStateRow;
  readonly replays: ReplayRow;
  readonly quarantine: QuarantineRow;
  readonly paces: PaceRow;
  readonly pipelines: PipelineRow;
  readonly told: ToldRow;
  readonly digests: DigestRow;
  readonly digest_lines: DigestLineRow;
}

export interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly status: string;
  readonly tenant_id: string | null;
  readonly task_id: string | null;
  readonly received_at: number;
  readonly body: Uint8Array;
  readonly test: number;
  /** How its pipeline stood, as JSON; null where it is of none. */
  readonly incident: string | null;
}

export interface EventNameRow {
  readonly name: string;
  readonly event_id: string;
  readonly body_hash: string;
  readonly accepted_at: number;
}

export interface DecisionRow {
  readonly event_id: string;
  readonly destination_id: string;
  readonly decision: string;
  readonly reason: string;
  readonly unevaluable: number;
  /** The digest that the event became a part of. */
  readonly digest_id: string | null;
}

export interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly state: string;
  readonly created_at: number;
  readonly due_at: number;
  readonly expires_at: number | null;
  /** Steps of the schedule that are used up. */
  readonly step: number;
  /** Attempts on record. */
  readonly attempts: number;
  /** Grows with every lease; a record with an older one is refused. */
  readonly fence: number;
  readonly lease_until: number | null;
  readonly tenant_id: string | null;
  /** Manual attempts that were asked for and have not begun. */
  readonly manual: number;
  readonly manual_at: number | null;
  /** While a manual attempt is under way: the state to go back to. */
  readonly return_to: string | null;
  readonly reason: string | null;
  /** The incident that it tells a failure of. */
  readonly failure_of: string | null;
  /** The incident of which a failure was being sent when it was made. */
  readonly waits_for: string | null;
  /** The event of the failure that it tells besides. */
  readonly untold_id: string | null;
  /** The digest that it sends. */
  readonly digest_id: string | null;
}

export interface AttemptRow {
  readonly delivery_id: string;
  readonly number: number;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly reason: string | null;
  readonly response: string | null;
  readonly manual: number;
}

export interface DestinationRow {
  readonly id: string;
  readonly created_at: number;
  readonly deleted_at: number | null;
  readonly source: string;
  readonly definition: string | null;
  readonly fingerprint: string | null;
  readonly state: string;
  /** As JSON; null where it is healthy. */
  readonly health: string | null;
  readonly updated_at: number;
  readonly disabled_at: number | null;
}

export interface MadeSecretRow {
  readonly destination_id: string;
  readonly field: string;
  readonly sealed: string;
  readonly made_at: number;
}

export interface ChannelStateRow {
  readonly destination_id: string;
  readonly name: string;
  readonly sealed: string;
}

export interface ReplayRow {
  readonly id: string;
  readonly destination_id: string;
  readonly since: number;
  readonly until: number;
  /** As a JSON list. */
  readonly states: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  /** What it is at: `count` or `make`, and there `deliveries` or `decisions`. */
  readonly phase: string;
  readonly position: string;
  readonly created_at: number;
}

export interface QuarantineRow {
  readonly id: string;
  readonly name: string | null;
  readonly body: Uint8Array;
  readonly body_hash: string;
  readonly errors: string;
  readonly received_at: number;
  readonly last_received_at: number;
  readonly times: number;
}

/** How full the bucket of a destination was, and when. */
export interface PaceRow {
  readonly destination_id: string;
  readonly tokens: number;
  readonly filled_at: number;
}

export interface PipelineRow {
  readonly tenant_id: string;
  readonly task_id: string;
  /** How it stands, as JSON. */
  readonly state: string;
  /** The last run and the next one that is expected, as JSON. */
  readonly last: string | null;
  readonly expected: string | null;
  readonly incident_id: string | null;
  readonly overdue_at: number | null;
  readonly heard_at: number;
}

export interface ToldRow {
  readonly incident_id: string;
  readonly destination_id: string;
  readonly at: number;
}

export interface DigestRow {
  /** The delivery that was made for it. */
  readonly id: string;
  readonly destination_id: string;
  readonly opened_at: number;
  readonly closes_at: number;
  readonly events: number;
}

export interface DigestLineRow {
  readonly digest_id: string;
  readonly line_key: string;
  readonly tenant_id: string | null;
  readonly task_id: string | null;
  /** How the last run ended, and how many ended how. */
  readonly outcome: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly other: number;
  /** The incident of the last failure that is to be followed by its recovery. */
  readonly failure_of: string | null;
  readonly said: string;
  readonly message: string | null;
}
