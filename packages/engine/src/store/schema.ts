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
